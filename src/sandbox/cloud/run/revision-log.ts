import type { HttpRequestLog, LogStore, Severity } from '../logging/store.ts';
import type { RevisionRecord, ServiceRecord } from './resources.ts';

export interface RevisionLog {
  stdout(text: string): void;
  stderr(text: string, severity?: Severity): void;
  /** Cloud Run's own words. */
  system(text: string, severity: Severity): void;
  request(request: HttpRequestLog): void;
  /** A container that exited before it listened: the process's own words, then Cloud Run's. */
  crash(exit: { readonly exitCode: number; readonly stderr: string }): void;
}

/** Log names, labels and the system's wording as Cloud Run writes them: https://cloud.google.com/run/docs/logging */
export function revisionLog(service: ServiceRecord, revision: RevisionRecord, logs: LogStore): RevisionLog {
  const base = {
    resource: {
      type: 'cloud_run_revision',
      labels: {
        project_id: service.project,
        location: service.location,
        service_name: service.id,
        configuration_name: service.id,
        revision_name: revision.name,
      },
    },
    labels: { instanceId: revision.uid.replaceAll('-', ''), ...revision.template.labels },
  };
  const logName = (name: string): string =>
    `projects/${service.project}/logs/run.googleapis.com${encodeURIComponent(`/${name}`)}`;
  const text = (name: string, severity: Severity, textPayload: string): void => {
    logs.write({ ...base, logName: logName(name), severity, textPayload });
  };
  return {
    stdout: (line) => {
      text('stdout', 'DEFAULT', line);
    },
    stderr: (line, severity = 'DEFAULT') => {
      text('stderr', severity, line);
    },
    system: (line, severity) => {
      text('varlog/system', severity, line);
    },
    request: (httpRequest) => {
      const severity = httpRequest.status >= 500 ? 'ERROR' : httpRequest.status >= 400 ? 'WARNING' : 'INFO';
      logs.write({ ...base, logName: logName('requests'), severity, httpRequest });
    },
    crash: ({ exitCode, stderr }) => {
      text('stderr', 'ERROR', stderr);
      text('varlog/system', 'WARNING', `Container called exit(${exitCode}).`);
      const port = revision.template.containers[0]?.ports[0]?.containerPort ?? 8080;
      text(
        'varlog/system',
        'ERROR',
        `Default STARTUP TCP probe failed 1 time consecutively for container "${service.id}-1" on port ${port}. The instance was not started.\nConnection failed with status CANCELLED.`,
      );
    },
  };
}
