import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { pause } from '../system-clock.ts';

export interface Loop {
  /** Aborts the pause and the run's signal; resolves when the run in flight has ended. */
  stop(): Promise<void>;
}

export interface EveryOptions {
  readonly name: string;
  /** From the start of one run to the start of the next; a longer run delays the next one. */
  readonly periodMs: number;
  run(signal: AbortSignal): Promise<void>;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

/** After failures the pause doubles up to this many periods. */
const longestBackoffPeriods = 32;
const longestBackoffMs = 60_000;

/** Runs at once and then every period, never twice at a time. A failure is logged and counted, and the pause grows. */
export function every(options: EveryOptions): Loop {
  const aborting = new AbortController();
  const ended = loop(options, aborting.signal);
  return {
    async stop() {
      aborting.abort(new Error(`loop ${options.name} was stopped`));
      await ended;
    },
  };
}

async function loop(options: EveryOptions, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const begun = performance.now();
    failures = (await runOnce(options, signal)) ? 0 : failures + 1;
    const left = pauseAfter(failures, options.periodMs) - (performance.now() - begun);
    await pauseUnlessStopped(Math.max(0, left), signal);
  }
}

/** False when the run failed for another reason than being stopped. */
async function runOnce(options: EveryOptions, signal: AbortSignal): Promise<boolean> {
  try {
    await options.run(signal);
    return true;
  } catch (error) {
    if (signal.aborted) return true;
    options.logger.error({ err: error, loop: options.name }, 'loop failed');
    options.metrics
      ?.counter('slicecast_loop_errors_total', 'Runs of a loop that failed', ['loop'])
      .inc({ loop: options.name });
    return false;
  }
}

function pauseAfter(failures: number, periodMs: number): number {
  const periods = Math.min(2 ** failures, longestBackoffPeriods);
  return Math.max(periodMs, Math.min(periodMs * periods, longestBackoffMs));
}

async function pauseUnlessStopped(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(delayMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
