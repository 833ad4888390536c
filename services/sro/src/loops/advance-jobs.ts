import { every, type Logger, type Loop, type Metrics } from '@slicecast/platform';
import type { ProfileJobs } from '../ports.ts';
import { type AdvanceParts, advanceJob } from './advance-job.ts';

export interface AdvanceJobsOptions extends AdvanceParts {
  readonly jobs: AdvanceParts['jobs'] & ProfileJobs;
  readonly now: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const periodMs = 200;
/** Jobs under way at one time: one whose upstream is slow holds up none of the others. */
const atOnce = 16;

/** Moves every job that is due one step on, again and again. */
export function advanceJobs(options: AdvanceJobsOptions): Loop {
  const { jobs, now, logger, metrics } = options;
  const underWay = new Map<string, Promise<void>>();
  const stopping = new AbortController();

  async function advance(job: Parameters<typeof advanceJob>[1]): Promise<void> {
    try {
      await advanceJob(options, job, now(), stopping.signal);
    } catch (error) {
      logger.error({ err: error, jobId: job.id }, 'a job could not be moved on');
    } finally {
      underWay.delete(job.id);
    }
  }

  const loop = every({
    name: 'advance-jobs',
    periodMs,
    logger,
    metrics,
    async run() {
      // Those under way are due all the while, and the longest.
      const due = await jobs.due(now(), 2 * atOnce);
      const free = due.filter(({ id }) => !underWay.has(id));
      for (const job of free.slice(0, atOnce - underWay.size)) underWay.set(job.id, advance(job));
    },
  });
  return {
    async stop() {
      stopping.abort(new Error('the service stops'));
      await loop.stop();
      await Promise.all(underWay.values());
    },
  };
}
