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
  return found.slice(0, 3).flatMap((name, index) => {
    if (!isKnown(name)) return [`*Looks like* ${code(name, 60)}`];
    const { cause, next } = diagnoses[name];
    return [`*Looks like* ${code(name)} ${cause}`, ...(index === 0 ? [`*Next* ${next}`] : [])];
  });
}

/** A class that a newer slipway has found is shown by its name alone. */
function isKnown(name: string): name is DiagnosisCode {
  return Object.hasOwn(diagnoses, name);
}
