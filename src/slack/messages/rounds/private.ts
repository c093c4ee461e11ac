import { type Operation, operationLabel, titleOf } from '../../../domain/operation.ts';
import { type Catalog, exampleOf } from '../../../domain/request/catalog.ts';
import { noRounds } from '../../../domain/rounds/state.ts';
import { section } from '../draft.ts';
import { brief, clean, code, escape } from '../mrkdwn.ts';
import { issueHelp, noted, type PrivateAnswer, suiteNames } from '../private.ts';
import { howText, roundsStatus } from './words.ts';

/** Slack takes 3,000 characters in a section; fences and escapes need some. */
const mostInSection = 2_400;
const mostSections = 12;

export function roundsHelp(catalog: Catalog): PrivateAnswer {
  const lines = [
    '*Deploy, test, mend and deploy again until all tests pass*',
    code(
      '/rounds start <services> <environment> suites:<name> [max:10] [ref:…] [issue:<number>] [build:local] [watch]',
    ),
    `For example ${code(exampleOf('rounds', catalog))}. Test suites: ${suiteNames(catalog)}`,
    'Each round deploys, validates and runs the test suites, and tells in one thread what it fixed, what it broke and why tests fail. In between you say what the next one deploys.',
    'It ends when all tests pass, at the maximum, or when two rounds in a row bring nothing new.',
    `${code('build:local')}: the Docker of the worker builds; ${code('watch')}: a new build of the service's trigger begins the next round`,
    issueHelp,
    'A round that is blocked, by a program or a permission that is missing, changes nothing: clear what is named, then Retry round.',
    '*Around it*',
    `${code('/rounds status <environment>')}: how rounds stand there`,
    `${code('/rounds stop <environment>')}: no further round; the one under way goes to its end`,
    `${code('/rounds report <environment>')}: the report of the last rounds as Markdown`,
  ];
  return noted(lines.join('\n'));
}

/** Newest first. */
export function roundsListed(environment: string, found: readonly Operation[]): PrivateAnswer {
  if (found.length === 0) return noted(`No rounds are under way in ${escape(environment)}.`);
  return noted(found.slice(0, 10).flatMap(roundsLines).join('\n'));
}

function roundsLines(operation: Operation): readonly string[] {
  const { request, id, rounds = noRounds } = operation;
  return [
    `*${titleOf(request)}* · ${operationLabel(id)} · ${escape(roundsStatus(operation))} · in <#${request.channel}>`,
    ...rounds.list.slice(-5).map((each) => {
      const { round, way, ref, summary } = each;
      const what = way === 'deploy' ? code(ref, 100) : 'failed tests again';
      const how = summary === undefined ? 'under way' : brief(howText(each, summary).join(', '));
      return `• Round ${round}, ${what}: ${how}`;
    }),
  ];
}

/** To be copied: as it is, in as many blocks as it takes. */
export function roundsMarkdownAnswer(id: string, markdown: string): PrivateAnswer {
  const pieces: string[] = [];
  for (const line of clean(markdown).replaceAll('```', "'''").split('\n')) {
    const last = pieces.at(-1);
    if (last === undefined || last.length + line.length > mostInSection) pieces.push(line);
    else pieces[pieces.length - 1] = `${last}\n${line}`;
  }
  const text = `The report of ${operationLabel(id)} as Markdown`;
  const shown = pieces.slice(0, mostSections);
  return {
    text,
    blocks: [section(text), ...shown.map((piece) => section(`\`\`\`\n${escape(piece)}\n\`\`\``))],
  };
}
