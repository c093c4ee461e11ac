import type { Change } from '../../domain/change.ts';
import type { Risk } from '../../domain/risk.ts';
import { brief, code, shortDigest } from './mrkdwn.ts';

/** More than this nobody reads before a click. */
const mostLines = 12;
/** So that lines of any length leave room for what stands around them in a section. */
const mostCharacters = 1_500;
const mostRisks = 8;

/** The risks, one a line. */
export function riskLines(risks: readonly Risk[]): readonly string[] {
  const hidden = risks.length - mostRisks;
  return [
    ...risks.slice(0, mostRisks).map(({ flag, reason }) => `*Risk* ${code(flag)} ${brief(reason, 150)}`),
    ...(hidden > 0 ? [`and ${hidden} more risks`] : []),
  ];
}

/** What changes, one a line, with the number of what is left out; each of several lists in a message is shorter. */
export function changeList(changes: readonly Change[], lists = 1): readonly string[] {
  const shown: string[] = [];
  let length = 0;
  for (const change of changes.slice(0, Math.ceil(mostLines / lists))) {
    const line = `• ${changeLine(change)}`;
    length += line.length;
    if (length > mostCharacters / lists) break;
    shown.push(line);
  }
  const hidden = changes.length - shown.length;
  return [
    `*Changes* ${changes.length}`,
    ...shown,
    ...(hidden > 0 ? [`and ${hidden} more: ${brief(fieldsText(changes.slice(shown.length)), 200)}`] : []),
  ];
}

/** `memory: 512Mi → 1Gi`, `env LOG_LEVEL: changed`, `commits: 0123456..89abcde` */
function changeLine({ field, before, after }: Change): string {
  const name = brief(field, 100);
  const value = (text: string) => code(shortened(text), 160);
  if (field === 'commits') return `${name}: ${code(`${shortCommit(before)}..${shortCommit(after)}`)}`;
  if (before === undefined) return `${name}: ${isWord(field) ? brief(after ?? '', 20) : value(after ?? '')}`;
  return `${name}: ${value(before)} → ${after === undefined ? 'none' : value(after)}`;
}

/** Fields without values: what has happened to them is a word of ours. */
function isWord(field: string): boolean {
  return field.startsWith('env ');
}

/** The names of what changes, for a line. */
export function fieldsText(changes: readonly Change[]): string {
  return changes.map(({ field }) => field).join(', ');
}

function shortened(text: string): string {
  return text.replace(/sha256:[0-9a-f]{13,}/, shortDigest);
}

function shortCommit(commit = ''): string {
  return commit.slice(0, 7);
}
