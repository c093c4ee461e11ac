import { latch } from './latch.ts';
import { loopback } from './loopback.ts';

/** A load balancer in front of a service that does what a story says. */
export interface Front {
  readonly url: string;
  /** From now on it answers 503, or 200 again. */
  fail(on: boolean): void;
  /** From now on it answers nothing, until the returned function is called. */
  hold(): () => void;
  /** How many requests wait for an answer. */
  held(): number;
  stop(): Promise<void>;
}

export async function startFront(): Promise<Front> {
  let fails = false;
  let opened: Promise<void> | undefined;
  let held = 0;
  const server = await loopback((_request, response) => {
    const answer = () => {
      response.writeHead(fails ? 503 : 200).end('{}');
    };
    if (opened === undefined) {
      answer();
      return;
    }
    held += 1;
    response.once('close', () => {
      held -= 1;
    });
    void opened.then(answer);
  });
  return {
    url: server.url,
    fail: (on) => {
      fails = on;
    },
    hold: () => {
      const gate = latch();
      opened = gate.opened;
      return () => {
        opened = undefined;
        gate.open();
      };
    },
    held: () => held,
    stop: () => server.stop(),
  };
}
