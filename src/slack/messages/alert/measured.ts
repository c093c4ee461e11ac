import type { Measured } from '../../../domain/alert/events.ts';
import { type DiagnosisCode, diagnoses } from '../../../domain/diagnosis/registry.ts';
import { code } from '../mrkdwn.ts';

/** `34 % of 120 samples (limit 20 %)`; `note` stands behind the limit. */
export function measuredText({ value, limit, samples }: Measured, note = ''): string {
  const noun = samples === 1 ? 'sample' : 'samples';
  return `${percent(value)} of ${samples} ${noun} (limit ${percent(limit)}${note})`;
}

/** Never rounded to nothing: one failure in a thousand is not none. */
export function percent(share: number): string {
  const points = share * 100;
  return points > 0 && points < 1 ? `${points.toFixed(1)} %` : `${Math.round(points)} %`;
}

/** What the failures look like: of the most frequent class also what to do. */
export function diagnosisLines({
  diagnoses: found,
}: {
  readonly diagnoses: readonly string[];
}): readonly string[] {
  const next = diagnosisNext(found);
  const [first, ...others] = causeLines(found);
  return first === undefined ? [] : [first, ...(next === undefined ? [] : [`*Next* ${next}`]), ...others];
}

/** What failures of these classes look like, without what to do. */
export function causeLines(found: readonly string[]): readonly string[] {
  return found
    .slice(0, 3)
    .map((name) =>
      isKnown(name)
        ? `*Looks like* ${code(name)} ${diagnoses[name].cause}`
        : `*Looks like* ${code(name, 60)}`,
    );
}

/** What to do about the most frequent class; undefined where that is not known. */
export function diagnosisNext([first]: readonly string[]): string | undefined {
  return first !== undefined && isKnown(first) ? diagnoses[first].next : undefined;
}

/** A class that a newer slipway has found is shown by its name alone. */
function isKnown(name: string): name is DiagnosisCode {
  return Object.hasOwn(diagnoses, name);
}
