import type { KnownBlock } from '@slack/types';
import type { Condition, EnvironmentStatus } from '../../domain/status.ts';
import { section } from './draft.ts';
import { brief, clip, code } from './mrkdwn.ts';
import { adviceText, headline, holdLines, sightLines } from './status-lines.ts';
import { mostServices, statusTable } from './status-table.ts';

/** An environment whole: how it stands, its services, and what to do next. */
export function environmentBlocks(status: EnvironmentStatus): readonly KnownBlock[] {
  const more = status.services.length - mostServices;
  const beyond = more > 0 ? [`${more} services more are not shown.`] : [];
  return [
    section([headline(status), ...holdLines(status), ...sightLines(status)].join('\n')),
    ...(status.services.length === 0 ? [] : [statusTable(status)]),
    section([...beyond, `*Next* ${adviceText(status)}`].join('\n')),
  ];
}

const conditionWords: Readonly<Record<Condition, string>> = {
  trouble: 'in trouble',
  busy: 'changing now',
  unsure: 'not fully known',
  fine: 'well',
};

/** `2 environments: 1 in trouble, 1 well`. */
export function summaryText(status: readonly EnvironmentStatus[]): string {
  const counts = Object.entries(conditionWords).flatMap(([condition, words]) => {
    const count = status.filter((each) => each.condition === condition).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  const total = `${status.length} ${status.length === 1 ? 'environment' : 'environments'}`;
  return [total, counts.join(', ')].filter((part) => part !== '').join(': ');
}

/** Environments for which there is no room, by how they stand. */
export function foldedLine(folded: readonly EnvironmentStatus[]): string {
  const lines = Object.entries(conditionWords).flatMap(([condition, words]) => {
    const names = folded.filter((each) => each.condition === condition).map(({ environment }) => environment);
    return names.length === 0 ? [] : [`${words}: ${clip(names.map((name) => brief(name)).join(', '), 600)}`];
  });
  return [`*${folded.length} more* · ${code('/deploy status <environment>')} shows one whole`, ...lines].join(
    '\n',
  );
}
