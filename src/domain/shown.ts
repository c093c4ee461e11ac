import type { Change } from './change.ts';
import type { Shown } from './events.ts';

/** As many as people read in one line. */
const mostFields = 6;

/** Several services in one question. */
export function together(each: NonNullable<Shown['each']>): Shown {
  const joined = (text: (shown: (typeof each)[number]) => string): string =>
    each.map((shown) => `${shown.service}: ${text(shown)}`).join(' · ');
  return {
    digest: joined(({ digest }) => digest),
    split: joined(({ split }) => split),
    template: joined(({ template }) => template),
    changes: each.flatMap(({ changes = [] }) => changes),
    risks: each.flatMap(({ risks = [] }) => risks),
    each,
  };
}

/** What differs between what was shown and what would be shown now, as people say it. */
export function changedParts(before: Shown, now: Shown): readonly string[] {
  if (now.of === 'infrastructure') return changedPlan(before, now);
  if (now.each === undefined) return changedInOne(before, now);
  return now.each.flatMap((shown) => {
    const was = before.each?.find(({ service }) => service === shown.service) ?? before;
    return changedInOne(was, shown).map((part) => `${part} of ${shown.service}`);
  });
}

/** Of a plan that was made again, what it does otherwise. */
function changedPlan(before: Shown, now: Shown): readonly string[] {
  const fields = changedFields(before.changes, now.changes);
  return [
    ...(before.digest === now.digest ? [] : [`the plan${listed(fields)}`]),
    ...(before.template === now.template ? [] : ['the commit']),
  ];
}

function changedInOne(before: Shown, now: Shown): readonly string[] {
  const fields = changedFields(before.changes, now.changes);
  const traffic = fields.includes('traffic');
  const inside = fields.filter((field) => field !== 'traffic' && field !== 'image');
  const configuration = before.template !== now.template || before.wish !== now.wish || inside.length > 0;
  return [
    ...(before.digest === now.digest ? [] : ['the image']),
    ...(before.split === now.split ? (traffic ? ['the traffic plan'] : []) : ['the traffic']),
    ...(configuration ? [`the configuration of the service${listed(inside)}`] : []),
    ...(configuration || sameList(before.risks, now.risks) ? [] : ['the risks']),
  ];
}

/** Fields of which something else is told now, or nothing any more. */
function changedFields(before: readonly Change[] = [], now: readonly Change[] = []): readonly string[] {
  const texts = (changes: readonly Change[]) =>
    new Map(changes.map((change) => [change.field, JSON.stringify([change.before, change.after])]));
  const [was, is] = [texts(before), texts(now)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((field) => was.get(field) !== is.get(field));
}

function listed(fields: readonly string[]): string {
  if (fields.length === 0) return '';
  const more = fields.length > mostFields ? ` and ${fields.length - mostFields} more` : '';
  return ` (${fields.slice(0, mostFields).join(', ')}${more})`;
}

function sameList(before: readonly unknown[] = [], now: readonly unknown[] = []): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
