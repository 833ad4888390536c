import { AppError, type Metrics } from '@slicecast/platform';
import type { JobChange, JobStore } from '../../adapters/job-store.ts';
import type { ExtractionJob } from '../../domain/extraction-job.ts';
import type { Callbacks } from '../../ports.ts';
import { deliverProfile, isOwn, reportFailure } from './deliver.ts';
import { createJobProgress, type JobProgress } from './job-progress.ts';
import { type RunJobOptions, runJob } from './run-job.ts';

export interface JobRules {
  /** Extractions at a time: each may hold some hundred megabytes. */
  readonly concurrency: number;
  /** Extraction and selection together end by then, one way or the other. */
  readonly deadlineMs: number;
  /** A callback is tried for so long. */
  readonly deliverForMs: number;
  /** A job whose worker died is taken up by another after this long. */
  readonly leaseMs: number;
}

export interface WorkOptions extends RunJobOptions {
  readonly store: JobStore;
  readonly callbacks: Callbacks;
  /** Base URL of this suite's SRO, which follows jobs by itself; others are told of failures. */
  readonly sroUrl: string | undefined;
  /** Headers of calls to the SRO. */
  readonly internalHeaders: (tenantId: string) => Readonly<Record<string, string>>;
  readonly rules: JobRules;
  /** Wall clock: all of this waits for other systems. */
  readonly now: () => number;
  readonly metrics: Metrics;
}

/** The process stops: the job goes back as it is. */
export class Stopped extends Error {}
/** The job was cancelled: nothing is left to write. */
export class Cancelled extends Error {}

/** Does the next step of a job and writes what it came to; never rejects. */
export async function workOn(
  options: WorkOptions,
  owner: string,
  job: ExtractionJob,
  stop: AbortController,
): Promise<void> {
  const { store, rules, now, logger } = options;
  const progress = createJobProgress({
    store,
    jobId: job.id,
    owner,
    now,
    leaseMs: rules.leaseMs,
    lost: (reason) => stop.abort(reason),
  });
  const deadline = AbortSignal.timeout(rules.deadlineMs);
  const next = await advance(
    options,
    job,
    progress,
    AbortSignal.any([stop.signal, deadline]),
  ).catch((error: unknown) => afterFailure(options, job, error, progress, { stop, deadline }));
  await progress.stop();
  if (next === undefined) return;
  countEnd(options, next);
  try {
    await store.change(job.id, owner, { releaseUntil: now(), ...next }, now(), rules.leaseMs);
  } catch (error) {
    // The lease runs out and the step is done again: every step is idempotent.
    logger.error({ err: error, jobId: job.id }, 'the end of a step could not be stored');
  }
}

async function advance(
  options: WorkOptions,
  job: ExtractionJob,
  progress: JobProgress,
  signal: AbortSignal,
): Promise<JobChange> {
  if (job.status === 'failed') return reportFailure(options, job, signal);
  if (job.step === 'delivering') return deliverProfile(options, job, signal);
  const report = await runJob(options, job, progress, signal);
  return { step: 'delivering', progressPercent: 95, detail: null, report };
}

/** What a failure makes of the job; undefined when the job is no longer ours to write. */
function afterFailure(
  options: WorkOptions,
  job: ExtractionJob,
  error: unknown,
  progress: JobProgress,
  { stop, deadline }: { stop: AbortController; deadline: AbortSignal },
): JobChange | undefined {
  if (stop.signal.aborted) return stop.signal.reason instanceof Stopped ? {} : undefined;
  const words = deadline.aborted ? tooLate(options.rules, progress) : wordsOf(error);
  options.logger.warn({ err: error, jobId: job.id, sliceId: job.sliceId }, 'extraction failed');
  return {
    status: 'failed',
    detail: words,
    attempts: 0,
    reportDue: !isOwn(options, job),
  };
}

function tooLate({ deadlineMs }: JobRules, progress: JobProgress): string {
  const last = progress.detail();
  const minutes = Math.round(deadlineMs / 6000) / 10;
  return `did not end within ${minutes} min${last === null ? '' : `; last: ${last}`}`;
}

function wordsOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return `unexpected: ${error instanceof Error ? error.message : String(error)}`;
}

function countEnd({ metrics }: WorkOptions, { status }: JobChange): void {
  if (status === undefined) return;
  const name = 'slicecast_ima_extraction_jobs_total';
  metrics.counter(name, 'Extraction jobs that ended, by how', ['status']).inc({ status });
}
