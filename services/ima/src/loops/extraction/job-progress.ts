import type { JobChange, JobStore } from '../../adapters/job-store.ts';

/** Tells of a job's progress; writes at most one change at a time, and the newest of what is told meanwhile. */
export interface JobProgress {
  set(change: Pick<JobChange, 'step' | 'progressPercent' | 'detail'>): void;
  /** What was told last of why it waits. */
  detail(): string | null;
  stop(): Promise<void>;
}

export interface JobProgressOptions {
  readonly store: JobStore;
  readonly jobId: string;
  readonly owner: string;
  readonly now: () => number;
  readonly leaseMs: number;
  /** The job is not ours any more (cancelled, or taken over), or cannot be written. */
  readonly lost: (reason: Error) => void;
}

/** What is told is written so often at most; the lease is renewed with it. */
const writePeriodMs = 300;

export function createJobProgress(options: JobProgressOptions): JobProgress {
  let pending: JobChange | undefined;
  let detail: string | null = null;
  let writing: Promise<void> = Promise.resolve();
  let nextRenewal = options.now() + options.leaseMs / 3;
  const timer = setInterval(() => {
    if (pending === undefined && options.now() < nextRenewal) return;
    writing = writing.then(write);
  }, writePeriodMs);

  async function write(): Promise<void> {
    const change = pending ?? {};
    pending = undefined;
    nextRenewal = options.now() + options.leaseMs / 3;
    try {
      const { store, jobId, owner, leaseMs } = options;
      const ours = await store.change(jobId, owner, change, options.now(), leaseMs);
      if (!ours) options.lost(new Error('the job was cancelled or taken over'));
    } catch (error) {
      options.lost(error instanceof Error ? error : new Error(String(error)));
    }
  }

  return {
    set(change) {
      if (change.detail !== undefined) detail = change.detail;
      pending = { ...pending, ...change };
    },
    detail: () => detail,
    async stop() {
      clearInterval(timer);
      await writing;
    },
  };
}
