import { commitOf, proofOf } from '../proved.ts';
import { type GateBlock, type GateSnapshot, peopleOf } from './snapshot.ts';

/** What is closed whoever asks. */
export function ruleBlocks(snapshot: GateSnapshot): readonly GateBlock[] {
  return [
    ...lockBlocks(snapshot),
    ...freezeBlocks(snapshot),
    ...quarantineBlocks(snapshot),
    ...(snapshot.action === 'deploy' ? orderBlocks(snapshot) : []),
  ];
}

function lockBlocks({ lock, request: { environment }, roles }: GateSnapshot): readonly GateBlock[] {
  if (lock === undefined) return [];
  const named = peopleOf(roles, 'lock');
  const people = named === 'anybody' ? named : [...new Set([lock.by, ...named])];
  return [
    {
      code: 'LOCKED',
      summary: `${environment} is locked by ${lock.byName}: “${lock.reason}”.`,
      until: lock.until,
      clearedBy: { people, how: `unlock it, also with /deploy unlock ${environment}` },
      button: { kind: 'unlock', environment, lockedAt: lock.at },
    },
  ];
}

function freezeBlocks({ freezes, request: { environment }, roles }: GateSnapshot): readonly GateBlock[] {
  return freezes.map(({ reason, until }) => ({
    code: 'FROZEN',
    summary: `${environment} is frozen: “${reason}”.`,
    until,
    clearedBy: { people: peopleOf(roles, 'approve'), how: 'approve an emergency bypass' },
    button: { kind: 'bypass' },
  }));
}

function quarantineBlocks({ quarantine, request, roles }: GateSnapshot): readonly GateBlock[] {
  return quarantine
    .filter(({ service, digest }) => request.images?.[service]?.digest === digest)
    .map(({ service, digest, operation, reason }) => ({
      code: 'QUARANTINED',
      summary: `This image of ${service} was taken back from users by ${operation}: ${reason.replace(/\.$/, '')}.`,
      clearedBy: {
        people: peopleOf(roles, 'deploy'),
        how: `lift it: /deploy lift ${service} ${digest.slice(0, 'sha256:'.length + 12)} "why it is safe now"`,
      },
      button: { kind: 'bypass' },
    }));
}

function orderBlocks({ order, request, roles }: GateSnapshot): readonly GateBlock[] {
  if (order === undefined) return [];
  return request.services
    .filter((service) => !isProved(service, { order, request }))
    .map((service) => ({
      code: 'NOT_PROVED_BEFORE',
      summary: `${order.after} has not proved this version of ${service}.`,
      clearedBy: {
        people: peopleOf(roles, 'deploy'),
        how: `deploy it there first: /deploy ${service} ${order.after}${request.ref === undefined ? '' : ` ref:${request.ref}`}`,
      },
      button: { kind: 'bypass' },
    }));
}

type Ordered = { readonly order: NonNullable<GateSnapshot['order']> } & Pick<GateSnapshot, 'request'>;

/** Before the build only a commit, or the lack of any proof, says something; the rest is asked after it. */
function isProved(service: string, { order, request }: Ordered): boolean {
  const proved = order.proved[service] ?? [];
  const wanted = request.images?.[service] ?? { commit: commitOf(request.ref ?? '') };
  if (proofOf(proved, wanted) !== undefined) return true;
  const unknown = wanted.digest === undefined && wanted.commit === undefined;
  return unknown && proved.length > 0;
}
