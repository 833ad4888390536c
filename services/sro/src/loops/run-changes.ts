import type { Change } from '@slicecast/contracts';
import { type Clock, every, type Logger, type Metrics } from '@slicecast/platform';
import type { Actuators, AnnounceFlavor, ChangeStore } from '../deciding-ports.ts';
import type { SliceStore } from '../ports.ts';
import { carryOut } from './carry-out.ts';

/** Changes of different slices carried out side by side. */
const MAX_RUNNING = 16;

export interface RunChangesOptions {
  readonly slices: SliceStore;
  readonly changes: ChangeStore;
  readonly actuators: Actuators;
  readonly announce: AnnounceFlavor;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Names this process among those that share the database; the same one after a restart. */
  readonly owner: string;
  /** An actuator that has not resolved by then is ended, and the change is undone. */
  readonly deadlineMs: number;
  /** A decided change that could not be begun for so long, in event time, is not begun any more. */
  readonly maxWaitMs: number;
  readonly periodMs: number;
}

export interface RunChanges {
  /** Looks for requested changes now rather than at the next period. */
  lookNow(): void;
  /** Ends what is being carried out; it is begun anew after the next start. */
  stop(): Promise<void>;
}

/** Carries out the changes that are requested, and those that a crash cut in the middle. */
export function runChanges(options: RunChangesOptions): RunChanges {
  const { changes, owner, deadlineMs, logger, metrics, periodMs } = options;
  const aborting = new AbortController();
  const running = new Map<string, Promise<void>>();
  let looking: Promise<void> = Promise.resolve();

  async function claim(): Promise<void> {
    const limit = MAX_RUNNING - running.size;
    if (limit <= 0 || aborting.signal.aborted) return;
    // Apply and undo have a deadline each: an owner silent for longer than both is gone.
    const leaseMs = 3 * deadlineMs;
    const except = [...running.keys()];
    for (const change of await changes.claim({ owner, leaseMs, limit, except })) begin(change);
  }

  function begin(change: Change): void {
    const ended = carryOut(options, change, aborting.signal)
      .catch((error: unknown) => {
        // It stays `applying` and is claimed again: the actuator may be asked for the same twice.
        logger.error({ err: error, change: change.id }, 'a change was interrupted');
        const help = 'Changes interrupted by an error of the database or the log';
        metrics.counter('slicecast_changes_interrupted_total', help).inc();
      })
      .finally(() => running.delete(change.id));
    running.set(change.id, ended);
  }

  /** One look at a time: a claim must see what the one before it began. */
  function look(): Promise<void> {
    looking = looking.catch(() => undefined).then(claim);
    return looking;
  }

  const loop = every({ name: 'run-changes', periodMs, run: look, logger, metrics });
  return {
    lookNow: () => {
      look().catch((error: unknown) =>
        logger.warn({ err: error }, 'changes could not be looked for'),
      );
    },
    async stop() {
      aborting.abort(new Error('the service stops'));
      await loop.stop();
      await looking.catch(() => undefined);
      await Promise.all(running.values());
    },
  };
}
