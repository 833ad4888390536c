import { every, type Logger, type Loop, type Metrics } from '@slicecast/platform';
import { type AdvanceParts, advanceJob } from './advance-job.ts';

export interface AdvanceJobsOptions extends AdvanceParts {
  readonly now: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const periodMs = 200;
/** Jobs moved on in one round; the rest is due in the next. */
const most = 50;

/** Moves every job that is due one step on, again and again. */
export function advanceJobs(options: AdvanceJobsOptions): Loop {
  const { jobs, now, logger, metrics } = options;
  return every({
    name: 'advance-jobs',
    periodMs,
    logger,
    metrics,
    async run(signal) {
      for (const job of await jobs.due(now(), most)) {
        if (signal.aborted) return;
        await advanceJob(options, job, now());
      }
    },
  });
}
