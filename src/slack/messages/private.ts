import type { KnownBlock, ModalView } from '@slack/types';
import type { Usual } from '../../domain/usual.ts';
import { operationLabel } from '../../domain/operation.ts';
import { type Refusal, reasons } from '../../domain/reasons.ts';
import { type Catalog, exampleOf } from '../../domain/request/catalog.ts';
import { section } from './draft.ts';
import { usualText } from './estimate.ts';
import { code, escape } from './mrkdwn.ts';

/** What only the person who acted sees. */
export interface PrivateAnswer {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** The same in a window, which takes no tables: the text says it alone. */
export function answerWindow({ text }: PrivateAnswer): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'slipway' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [section(text)],
  };
}

/** A line of mrkdwn that says that something was done. */
export function noted(line: string): PrivateAnswer {
  return answer([line]);
}

function answer(lines: readonly string[]): PrivateAnswer {
  const text = lines.join('\n');
  return { text, blocks: [section(text)] };
}

export function refused(refusal: Refusal): PrivateAnswer {
  const { meaning, next } = reasons[refusal.code];
  return answer([
    `${escape(refusal.summary)} ${code(refusal.code)}`,
    `${meaning} ${next}`,
    ...(refusal.example === undefined ? [] : [`For example ${code(refusal.example)}`]),
  ]);
}

/** @param usual how long such operations took before; absent: it is not known */
export function accepted(id: string, channel: string, usual?: Usual): PrivateAnswer {
  const takes = usual === undefined ? '' : ` It takes ${usualText(usual)}.`;
  return answer([`${operationLabel(id)} is accepted; its thread is in <#${channel}>.${takes}`]);
}

export function deployHelp(catalog: Catalog): PrivateAnswer {
  const infrastructure = infrastructureNames(catalog);
  return answer([
    '*Deploy a service*',
    code(
      '/deploy <services> <environment> [ref:<branch, tag or commit>] [build:local] [image:sha256:…] [issue:<number>] [bypass:"<reason>"]',
    ),
    `For example ${code(exampleOf('deploy', catalog))}`,
    'slipway builds it, creates a revision without traffic, checks that revision on its own URL, gives it the traffic and checks again. It is all told in one thread.',
    `${code('<services>')} is one, several with commas between them, or ${code('all')}: each goes after those it builds upon, and all go back when one fails.`,
    `${code('build:local')} lets the Docker of the worker build; ${code('image:sha256:…')} takes an image of the service that is there already.`,
    issueHelp,
    '*Around it*',
    `${code('/deploy can-i <services> <environment> [ref:…]')}: what would stop a deploy now, without doing anything`,
    `${code('/deploy plan <services> <environment> [ref:…]')}: what a deploy would change, and what of it may hurt`,
    `${code('/deploy infrastructure <environment> [ref:…]')}: plans a change of what services run on, asks where something is destroyed or approvals are configured, and applies exactly that${infrastructure}`,
    `${code('/deploy history <service> <environment> [before:<revision>]')}: the last revisions, who made them and what they changed`,
    `${code('/deploy status [environment]')}: revisions, health, last operations and open alerts, also on the Home tab`,
    `${code('/deploy lock <environment> "<reason>" [2h]')}, ${code('/deploy unlock <environment>')}: no deploys for a while; rollbacks pass`,
    `${code('/deploy lift <service> sha256:… "<reason>"')}: lets an image out of quarantine`,
    `In a thread: the buttons, or ${code('@slipway help')}`,
  ]);
}

/** The environments that have any. */
function infrastructureNames({ environments }: Catalog): string {
  const names = Object.entries(environments).filter(([, { infrastructure }]) => infrastructure !== undefined);
  return names.length === 0
    ? ' (none is configured)'
    : ` (${names.map(([name]) => escape(name)).join(', ')})`;
}

/** The test suites that may be named. */
export function suiteNames({ suites = [] }: Catalog): string {
  return suites.length === 0 ? 'none is configured' : suites.map((name) => code(name)).join(', ');
}

/** Of every command that reads it. */
export const issueHelp = `${code('issue:<number>')}: a GitHub issue that is linked and, once it is over, gets one comment with the report`;

export function validateHelp(catalog: Catalog): PrivateAnswer {
  return answer([
    '*Validate what users reach now*',
    `${code('/validate <environment>')} or ${code('/validate <services> <environment>')}`,
    `${code('suites')} or ${code('suites:<name>,<name>')} behind it runs test suites instead: ${suiteNames(catalog)}`,
    issueHelp,
    `For example ${code(exampleOf('validate', catalog))}`,
    'slipway checks HTTP and WebSocket endpoints and the configured journeys, says why something fails, and changes nothing.',
  ]);
}

export function rollbackHelp(catalog: Catalog): PrivateAnswer {
  return answer([
    '*Give users back the revision before*',
    code('/rollback <services> <environment> [revision]'),
    `For example ${code(exampleOf('rollback', catalog))}`,
    `${code('/rollback infrastructure <environment>')}: the configuration before, with a plan and an approval of its own`,
    'slipway moves traffic only: without a revision to the last one that served everything well. It builds nothing, and locks and freezes do not stop it.',
  ]);
}

export function mentionHelp(words: readonly string[]): PrivateAnswer {
  return answer([
    `In the thread of an operation: ${words.map((word) => code(`@slipway ${word}`)).join(', ')}.`,
    'They do what the buttons of the same name do, in the states in which these are there.',
    `To begin something, ${code('/deploy help')}.`,
  ]);
}
