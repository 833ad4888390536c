import type { Job, SliceState } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { Extraction, ProfileJob, ProfileJobStore, SliceStore, Training } from '../ports.ts';

export interface AdvanceParts {
  readonly jobs: ProfileJobStore;
  readonly slices: SliceStore;
  readonly extraction: Extraction;
  readonly training: Training;
  readonly deadlineMs: number;
  /** Ends the job in one transaction with the promotion of its model, or its failure, and the tenant's callback. */
  promote(job: ProfileJob, modelId: string): Promise<void>;
  fail(job: ProfileJob, error: { code: string; detail: string }): Promise<void>;
}

/** Looked at again after so long when nothing is wrong. */
const pollMs = 500;
/** Shares of the whole that the steps end at. */
const extractionPercent = 60;
const trainingPercent = 95;
const longestPauseMs = 60_000;

/**
 * Moves a job one step on. Each step asks with the job's id as its key or only reads, so that one that was cut
 * off is done again. What can come right is tried again with a growing pause, until the job's deadline.
 */
export async function advanceJob(parts: AdvanceParts, job: ProfileJob, now: number): Promise<void> {
  try {
    const slice = await parts.slices.get(job.sliceId);
    if (slice === undefined) {
      await parts.fail(job, { code: 'slice-gone', detail: `slice ${job.sliceId} was deleted` });
    } else if (now - job.createdAt > parts.deadlineMs) {
      const detail = `not done within ${parts.deadlineMs / 1000} s; last: ${job.detail ?? job.step}`;
      await parts.fail(job, { code: 'deadline', detail });
    } else await steps[job.step]?.(parts, job, slice, now);
  } catch (error) {
    await postpone(parts, job, error, now);
  }
}

type Step = (parts: AdvanceParts, job: ProfileJob, slice: SliceState, now: number) => Promise<void>;

const steps: Readonly<Record<string, Step>> = { requesting, extracting, submitting, training };

async function requesting(parts: AdvanceParts, job: ProfileJob, slice: SliceState, now: number) {
  const yCsv = await parts.jobs.yCsv(job.id);
  const imaJob = await parts.extraction.begin(job, yCsv, slice.kpi.query);
  const nextAt = now + pollMs;
  const change = { step: 'extracting', imaJob, detail: null, attempts: 0, nextAt } as const;
  await parts.jobs.change(job.id, change, now);
}

/** IMA's callback moves the job on; here its progress and its failure are seen. */
async function extracting(parts: AdvanceParts, job: ProfileJob, _slice: SliceState, now: number) {
  const ima = await parts.extraction.follow(job.tenantId, job.imaJob ?? '');
  if (isLost(ima)) {
    const detail = ima.detail ?? `the extraction ${ima.status}`;
    return parts.fail(job, { code: 'extraction-failed', detail });
  }
  await parts.jobs.change(job.id, progressOf(ima, 0, extractionPercent, now), now);
}

async function submitting(parts: AdvanceParts, job: ProfileJob, slice: SliceState, now: number) {
  const received = await parts.jobs.received(job.id);
  if (received === undefined) throw new Error(`the profile of job ${job.id} is gone`);
  const trainingJob = await parts.training.begin(job, slice, received.profile);
  const nextAt = now + pollMs;
  const change = { step: 'training', trainingJob, detail: null, attempts: 0, nextAt } as const;
  await parts.jobs.change(job.id, change, now);
}

async function training(parts: AdvanceParts, job: ProfileJob, _slice: SliceState, now: number) {
  const work = await parts.training.follow(job.tenantId, job.trainingJob ?? '');
  if (isLost(work)) {
    const detail = work.detail ?? `the training ${work.status}`;
    return parts.fail(job, { code: 'training-failed', detail });
  }
  if (work.status === 'succeeded') return parts.promote(job, modelIdOf(work));
  const change = progressOf(work, extractionPercent, trainingPercent, now);
  await parts.jobs.change(job.id, change, now);
}

function isLost({ status }: Job): boolean {
  return status === 'failed' || status === 'cancelled';
}

function progressOf(work: Job, from: number, to: number, now: number) {
  const progressPercent = from + ((to - from) * work.progressPercent) / 100;
  const detail = work.detail ?? work.step;
  return { progressPercent, detail, attempts: 0, nextAt: now + pollMs };
}

function modelIdOf({ result }: Job): string {
  if (typeof result === 'object' && result !== null && 'modelId' in result) {
    return String(result.modelId);
  }
  throw new AppError('the training names no model', { status: 502, code: 'upstream-malformed' });
}

/** What the other side will never take ends the job; the rest is tried again. */
async function postpone(parts: AdvanceParts, job: ProfileJob, error: unknown, now: number) {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof AppError && !error.retriable && /^upstream-4/.test(error.code)) {
    return parts.fail(job, { code: error.code, detail });
  }
  const attempts = job.attempts + 1;
  const pauseMs = Math.min(longestPauseMs, 500 * 2 ** Math.min(attempts, 10));
  const change = {
    attempts,
    nextAt: now + pauseMs,
    detail: `${job.step}: ${detail}; attempt ${attempts}, next in ${Math.round(pauseMs / 1000)} s`,
  };
  await parts.jobs.change(job.id, change, now);
}
