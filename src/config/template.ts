import type { ContainerProbe, WantedTemplate } from '../domain/template.ts';
import type { FileTemplate } from './template.schema.ts';

/** The template of the file in the words of the domain. */
export function templateOf({
  secrets,
  timeout,
  startupProbe,
  livenessProbe,
  ...rest
}: FileTemplate): WantedTemplate {
  return defined<WantedTemplate>({
    ...rest,
    timeoutMs: timeout,
    secrets:
      secrets && Object.fromEntries(Object.entries(secrets).map(([name, text]) => [name, referenceOf(text)])),
    startupProbe: startupProbe && probeOf(startupProbe),
    livenessProbe: livenessProbe && probeOf(livenessProbe),
  });
}

function referenceOf(text: string) {
  const cut = text.lastIndexOf(':');
  return { secret: text.slice(0, cut), version: text.slice(cut + 1) };
}

function probeOf({
  path,
  port,
  period,
  timeout,
  failures,
}: NonNullable<FileTemplate['startupProbe']>): ContainerProbe {
  return defined<ContainerProbe>({ path, port, periodMs: period, timeoutMs: timeout, failures });
}

/** Without the keys that have no value: left out is not the same as undefined. */
function defined<Value extends object>(value: { [Key in keyof Value]: Value[Key] | undefined }): Value {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value;
}
