import { z } from 'zod';
import { invalidArgument } from './errors.ts';
import type { ServiceRecord, TrafficTarget } from './run/resources.ts';
import { wantedTraffic } from './run/routes.ts';

/** Who it is when somebody changes a service by hand, as `lastModifier` shows it. */
export const SOMEBODY = 'operator@example.com';

type Spec = ServiceRecord['spec'];

/** Revision, or LATEST, → percent. Tags stay where they are, as with `gcloud run services update-traffic`. */
export type Split = Readonly<Record<string, number>>;

export function splitInto(draft: Spec, split: Split): void {
  const tags = draft.traffic.filter(({ tag }) => tag !== '').map((target) => ({ ...target, percent: 0 }));
  const shares = Object.entries(split).filter(([, percent]) => percent !== 0);
  draft.traffic = [...shares.map(([revision, percent]) => share(revision, percent)), ...tags];
}

const share = (revision: string, percent: number): TrafficTarget =>
  revision === 'LATEST'
    ? { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', revision: '', percent, tag: '' }
    : { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision, percent, tag: '' };

/** A new revision with a name that Cloud Run makes up, as with `gcloud run services update --update-env-vars`. */
export function envInto(draft: Spec, env: Readonly<Record<string, string>>): void {
  const [first, ...others] = draft.template.containers;
  if (first === undefined) throw invalidArgument('The service has no container.');
  const kept = first.env.filter(({ name }) => !Object.hasOwn(env, name));
  const added = Object.entries(env).map(([name, value]) => ({ name, value }));
  draft.template = {
    ...draft.template,
    revision: '',
    containers: [{ ...first, env: [...kept, ...added] }, ...others],
  };
}

const trafficForm = z.object({
  service: z.string(),
  /** `backend-00136-xyz=60,LATEST=40` */
  to: z
    .string()
    .regex(
      /^[\w-]+=\d{1,3}(,[\w-]+=\d{1,3})*$/,
      'expected REVISION=PERCENT,…, for example backend-r42=90,LATEST=10',
    )
    .transform((text) => text.split(',').map((part) => part.split('=')))
    .transform(
      (pairs): Split => Object.fromEntries(pairs.map(([name = '', percent]) => [name, Number(percent)])),
    ),
});

const envForm = z.object({
  service: z.string(),
  name: z.string().regex(/^[A-Za-z_]\w*$/, 'expected the name of a variable, for example LOG_LEVEL'),
  value: z.string(),
});

const balancerForm = z.object({
  project: z.string(),
  /** Seconds, as Terraform and Google count them. */
  timeout: z.coerce.number().int().min(1).max(86_400),
});

export const parseBalancer = (body: unknown): z.infer<typeof balancerForm> => parse(balancerForm, body);
export const parseTraffic = (body: unknown): z.infer<typeof trafficForm> => parse(trafficForm, body);
export const parseEnv = (body: unknown): z.infer<typeof envForm> => parse(envForm, body);

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidArgument(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

/** The page on which a person does the same. */
export function handPage(services: readonly ServiceRecord[]): string {
  const rows = services.map((service) => {
    const name = escaped(`${service.project}/${service.id}`);
    const now = wantedTraffic(service)
      .filter(({ percent }) => percent > 0)
      .map(({ revision, percent }) => `${revision || 'LATEST'}=${percent}`)
      .join(',');
    return `<h2>${name}</h2>
<form method="post" action="/sandbox/cloud/traffic"><input type="hidden" name="service" value="${name}">
<label>Traffic <input name="to" size="60" value="${escaped(now)}"></label> <button>Change</button></form>
<form method="post" action="/sandbox/cloud/env"><input type="hidden" name="service" value="${name}">
<label>Variable <input name="name" value="LOG_LEVEL"></label> <label>Value <input name="value"></label> <button>Change</button></form>`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Somebody else’s hand</title>
<h1>Change a service as somebody else would</h1>${rows.join('\n')}</html>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
