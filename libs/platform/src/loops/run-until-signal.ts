import { once } from 'node:events';
import type { Logger } from '../observability/logger.ts';
import type { Service } from '../service.ts';

/** What stops with the process: a service, or anything with a `close`. */
export type Stoppable = Pick<Service, 'stop'> | { close(): Promise<void> };

export interface ShutdownOptions {
  readonly logger: Logger;
  /** In the order they were started; they are stopped in reverse. */
  readonly parts: readonly Stoppable[];
  /** What has not ended by then is left behind, and said; default 10,000. */
  readonly graceMs?: number;
}

/** Waits for SIGTERM or SIGINT, stops everything in reverse order, and exits: 0 when all ended in time. */
export async function runUntilSignal(options: ShutdownOptions): Promise<never> {
  const signal = await firstSignal();
  options.logger.info({ signal }, 'stopping');
  const ended = await stopAll(options);
  process.exit(ended ? 0 : 1);
}

/** Stops the parts in reverse order; false when one failed or the grace period was over first. */
export async function stopAll(options: ShutdownOptions): Promise<boolean> {
  const graceMs = options.graceMs ?? 10_000;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, graceMs, false);
  });
  const inTime = await Promise.race([stopInReverse(options), late]);
  clearTimeout(timer);
  if (!inTime) options.logger.error({ graceMs }, 'not everything stopped as it should');
  return inTime;
}

async function stopInReverse({ parts, logger }: ShutdownOptions): Promise<boolean> {
  let clean = true;
  for (const part of parts.toReversed()) {
    try {
      await ('stop' in part ? part.stop() : part.close());
    } catch (error) {
      clean = false;
      logger.error({ err: error }, 'a part failed to stop');
    }
  }
  return clean;
}

async function firstSignal(): Promise<string> {
  const either = new AbortController();
  const wait = async (name: NodeJS.Signals) => {
    await once(process, name, { signal: either.signal });
    return name;
  };
  const first = await Promise.race([wait('SIGTERM'), wait('SIGINT')]);
  either.abort();
  return first;
}
