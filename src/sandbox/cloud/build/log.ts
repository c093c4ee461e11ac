import type { LogStore, Severity } from '../logging/store.ts';
import type { BuildRecord } from './resources.ts';

export interface BuildLog {
  /** A line of Cloud Build itself. */
  main(text: string, severity?: Severity): void;
  /** A line that a step printed. */
  step(index: number, text: string): void;
  /** `Step #1 - "test"`; without the name when the step has no id. */
  title(index: number): string;
}

/** Cloud Build's lines in Cloud Logging: one entry a line, the step in label `build_step` and before the text. */
export function buildLog(build: BuildRecord, logs: LogStore): BuildLog {
  const write = (step: string, text: string, severity: Severity): void => {
    logs.write({
      logName: `projects/${build.project}/logs/cloudbuild`,
      resource: {
        type: 'build',
        labels: {
          project_id: build.project,
          build_id: build.id,
          build_trigger_id: build.request.buildTriggerId ?? '',
        },
      },
      labels: { build_step: step, build_tags: build.request.tags.join(',') },
      severity,
      textPayload: text,
    });
  };
  const title = (index: number): string => {
    const id = build.steps[index]?.id;
    return id ? `Step #${index} - "${id}"` : `Step #${index}`;
  };
  return {
    main: (text, severity = 'INFO') => {
      write('MAIN', text, severity);
    },
    step: (index, text) => {
      write(title(index), `${title(index)}: ${text}`, 'INFO');
    },
    title,
  };
}
