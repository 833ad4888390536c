import { randomUUID } from 'node:crypto';
import { every } from '@slicecast/platform';
import type { Lane } from '../../adapters/job-store.ts';
import { Cancelled, Stopped, type WorkOptions, workOn } from './work-on-job.ts';

export interface JobRunner {
  /** Ends the work on a job that was cancelled, if it is done here. */
  cancelled(jobId: string): void;
  /** Work in flight is given back, to be resumed by whoever starts next. */
  stop(): Promise<void>;
}

const lookPeriodMs = 200;
/** Callbacks on their way at a time. */
const tellingSlots = 4;

/** Takes up jobs as they come due and brings each one step further. */
export function startJobs(options: WorkOptions): JobRunner {
  const lanes = [
    startLane(options, 'making', options.rules.concurrency),
    startLane(options, 'telling', tellingSlots),
  ];
  return {
    cancelled: (jobId) => {
      for (const lane of lanes) lane.cancelled(jobId);
    },
    async stop() {
      await Promise.all(lanes.map((lane) => lane.stop()));
    },
  };
}

function startLane(options: WorkOptions, lane: Lane, slots: number): JobRunner {
  const owner = randomUUID();
  const running = new Map<string, { stop: AbortController; ended: Promise<void> }>();
  const { store, rules, now, logger, metrics } = options;
  const loop = every({
    name: `extraction-jobs-${lane}`,
    periodMs: lookPeriodMs,
    logger,
    metrics,
    async run() {
      while (running.size < slots) {
        const job = await store.claim(lane, owner, now(), rules.leaseMs);
        if (job === undefined) return;
        const stop = new AbortController();
        const ended = workOn(options, owner, job, stop).finally(() => running.delete(job.id));
        running.set(job.id, { stop, ended });
      }
    },
  });
  return {
    cancelled: (jobId) => running.get(jobId)?.stop.abort(new Cancelled()),
    async stop() {
      await loop.stop();
      for (const { stop } of running.values()) stop.abort(new Stopped());
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}
