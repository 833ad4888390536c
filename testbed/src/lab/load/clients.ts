import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { seededRandom } from '@slicecast/stats';
import { readTimeoutMs } from '../kpi/tail.ts';

export interface ClientsOptions {
  /** Base URL of the key-value service. */
  readonly url: string;
  readonly keys: number;
  /** A client pauses for so long on average between an answer and its next read (exponential). */
  readonly thinkSeconds: number;
  readonly seed: number;
}

/** Users of the service, each on a connection of its own, one read at a time. */
export interface Clients {
  readonly count: number;
  /** Reads that were not answered 200 in time. */
  readonly failed: number;
  /** From now on there are so many; those that go finish their read. */
  resize(count: number): void;
  /** Resolves when the last has gone. */
  stop(): Promise<void>;
}

export function createClients(options: ClientsOptions): Clients {
  const present: { readonly leave: AbortController; readonly gone: Promise<void> }[] = [];
  const going = new Set<Promise<void>>();
  let joined = 0;
  let failed = 0;
  const onFailure = () => {
    failed += 1;
  };
  function resize(count: number): void {
    while (present.length < count) {
      const leave = new AbortController();
      const random = seededRandom(options.seed * 1_000_003 + joined);
      joined += 1;
      const gone = browse({ ...options, random, onFailure, signal: leave.signal });
      present.push({ leave, gone });
    }
    for (const { leave, gone } of present.splice(count)) {
      leave.abort();
      going.add(gone);
      void gone.then(() => going.delete(gone));
    }
  }
  return {
    get count() {
      return present.length;
    },
    get failed() {
      return failed;
    },
    resize,
    async stop() {
      resize(0);
      await Promise.all(going);
    },
  };
}

interface Browsing extends ClientsOptions {
  readonly random: () => number;
  readonly signal: AbortSignal;
  onFailure(): void;
}

async function browse({ url, keys, thinkSeconds, random, signal, onFailure }: Browsing) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (!signal.aborted) {
    const thinkMs = -thinkSeconds * 1000 * Math.log(1 - random());
    await wait(thinkMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    const key = Math.floor(random() * keys);
    if (!(await read(`${url}/keys/${key}`, agent))) onFailure();
  }
  agent.destroy();
}

/** Whether the answer was 200 and whole, in time. */
export function read(url: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: readTimeoutMs }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode === 200));
      answer.once('error', () => resolve(false));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
