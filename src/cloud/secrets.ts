import type { Target } from '../domain/target.ts';
import type { ServiceView } from './service-view.ts';
import { wantedTemplate } from './template.ts';

/** Versions of secrets that the next revision would name, each once, by full name: variables and volumes. */
export function secretsOf(target: Target, service: ServiceView | undefined): readonly string[] {
  const { project, template: wanted } = target;
  const template = wantedTemplate(service?.raw.template, {
    revision: '',
    operation: '',
    image: '',
    commit: undefined,
    wanted,
  });
  const full = (secret: string, version: string) =>
    `${secret.startsWith('projects/') ? secret : `projects/${project}/secrets/${secret}`}/versions/${version || 'latest'}`;
  const variables = (template.containers ?? []).flatMap(({ env }) =>
    (env ?? []).flatMap(({ valueSource }) => {
      const { secret, version } = valueSource?.secretKeyRef ?? {};
      return secret ? [full(secret, version ?? '')] : [];
    }),
  );
  const files = (template.volumes ?? []).flatMap(({ secret: volume }) =>
    volume?.secret
      ? (volume.items?.length ? volume.items : [{ version: 'latest' }]).map(({ version }) =>
          full(volume.secret ?? '', version ?? ''),
        )
      : [],
  );
  return [...new Set([...variables, ...files])];
}
