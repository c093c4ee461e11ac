import { type AlertRule, defaultPages, type MonitorPolicy } from '../domain/monitor/policy.ts';
import { symptoms } from '../domain/monitor/round.ts';
import type { FileMonitors } from './monitors.schema.ts';

/** As the file says it, with the teams that are paged when it names none. */
export function monitorsOf(file: FileMonitors): MonitorPolicy {
  const { on, every, watch, escalate, mute, rules } = file;
  return {
    on,
    everyMs: every,
    watchMs: watch,
    escalateMs: escalate?.after ?? 10 * 60_000,
    ...(escalate === undefined ? {} : { escalateTo: escalate.to }),
    rules: symptoms.flatMap((symptom): readonly AlertRule[] => {
      const rule = rules[symptom];
      if (rule.off) return [];
      const rollback = 'rollback' in rule && rule.rollback;
      const { limit, page = defaultPages[symptom], dryRun } = rule;
      return [{ symptom, limit, page, rollback, dryRun }];
    }),
    mute,
  };
}
