import { parse, stringify } from 'yaml';
import { readStormId } from '../../src/domain/alert/thread.ts';
import type { StoredMessage } from '../../src/sandbox/slack/index.ts';
import { changing, pagerduty, withoutValidation } from './example.ts';

/** HTTP 5xx, handshakes and journeys. */
const symptomsEach = 3;

export interface Crowd {
  /** How many symptoms there are to see; as many services as it takes. */
  readonly symptoms: number;
  /** How often they are looked at. */
  readonly every: string;
  /** The load balancer in front of all. */
  readonly front: string;
}

/** `service-0` and so on. */
const servicesOf = ({ symptoms }: Pick<Crowd, 'symptoms'>): readonly string[] =>
  Array.from({ length: Math.ceil(symptoms / symptomsEach) }, (_, index) => `service-${index}`);

/** Services behind one load balancer, that talk by WebSocket; the last has as many symptoms as are left for it. */
export const crowded = (crowd: Crowd) => (yaml: string) => {
  const services = servicesOf(crowd);
  const changed = changing((example) => {
    const { staging } = example.environments;
    const { build } = example.services['backend']!;
    services.forEach((name, index) => {
      const left = crowd.symptoms - index * symptomsEach;
      Object.assign(example.services, { [name]: serviceOf(left, build) });
    });
    const urls = Object.fromEntries(services.map((name) => [name, crowd.front]));
    Object.assign(staging!, { services, loadBalancer: { urls }, monitors: { every: crowd.every } });
  })(withoutValidation(yaml));
  const pages = { operations: { pagerduty }, business: { pagerduty } };
  return stringify({ ...(parse(changed) as object), pages });
};

/** With what makes so many symptoms visible: HTTP 5xx are of every service. */
function serviceOf(symptoms: number, build: unknown): object {
  const validation = {
    ...(symptoms < 2 ? {} : { websocket: [{ path: '/ws', hold: '0s', connections: 0 }] }),
    ...(symptoms < 3 ? {} : { journeys: [{ name: 'talk', steps: [{ connect: '/ws' }] }] }),
  };
  // One object in many places becomes an alias, and a YAML file with hundreds of them is refused.
  return { build: structuredClone(build), validation };
}

/** Of whose thread a message is, or of which digest. */
export const ownerOf = ({ metadata }: Pick<StoredMessage, 'metadata'>): string =>
  String(metadata?.event_payload['operation']);

/** The messages that begin a thread, the digest among them, in the order in which they were posted. */
export const rootsIn = <Message extends Pick<StoredMessage, 'threadTs'>>(
  messages: readonly Message[],
): readonly Message[] => messages.filter(({ threadTs }) => threadTs === undefined);

export const isDigest = (message: Pick<StoredMessage, 'metadata'>): boolean =>
  readStormId(ownerOf(message)) !== undefined;

/** How many alerts a digest says there are; 0 when it says nothing of the kind. */
export const countIn = (text: string): number => Number(/^\*(\d+) alerts in /u.exec(text)?.[1] ?? 0);
