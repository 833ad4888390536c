import type { Job, SliceState } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import { pauseAfter } from '../domain/pause-after.ts';
import type {
  Extraction,
  ProfileData,
  ProfileJob,
  ProfileJobChange,
  ProfileJobSteps,
  SliceStore,
  Training,
} from '../ports.ts';

export interface AdvanceParts {
  readonly jobs: ProfileJobSteps;
  readonly profiles: ProfileData;
  readonly slices: SliceStore;
  readonly extraction: Extraction;
  readonly training: Training;
  readonly deadlineMs: number;
  /** Ends the job in one transaction with the promotion of its model, or its failure, and the tenant's callback. */
  promote(job: ProfileJob, modelId: string, signal: AbortSignal): Promise<void>;
  fail(job: ProfileJob, error: JobError): Promise<void>;
  /** Tells whoever still works for the job that it is over. */
  callOff(job: ProfileJob): Promise<void>;
}

export interface JobError {
  readonly code: string;
  readonly detail: string;
}

/** Looked at again after so long when nothing is wrong. */
const pollMs = 500;
/** Shares of the whole that the steps end at. */
const extractionPercent = 60;
const trainingPercent = 95;
const longestPauseMs = 60_000;

/** What a step needs to know beside its job. */
interface Round {
  readonly slice: SliceState;
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Moves a job one step on. Each step asks with the job's id as its key or only reads, so that one that was cut
 * off is done again. What can come right is tried again with a growing pause, until the job's deadline.
 */
export async function advanceJob(
  parts: AdvanceParts,
  job: ProfileJob,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    const slice = await parts.slices.get(job.sliceId);
    const pointless = whyPointless(parts, job, slice, now);
    if (pointless !== undefined) {
      await parts.fail(job, pointless);
      await parts.callOff(job);
    } else if (slice !== undefined) await steps[job.step]?.(parts, job, { slice, now, signal });
  } catch (error) {
    // Cut off by a stop of the service: the next process takes it up where it is.
    if (!signal.aborted) await postpone(parts, job, error, now);
  }
}

/** What makes an end of the job whatever its step is. */
function whyPointless(
  { deadlineMs }: AdvanceParts,
  { sliceId, flavorId, createdAt, detail, step }: ProfileJob,
  slice: SliceState | undefined,
  now: number,
): JobError | undefined {
  if (slice === undefined) {
    return { code: 'slice-gone', detail: `slice ${sliceId} was deleted` };
  }
  if (!slice.flavors.some(({ id }) => id === flavorId)) {
    return { code: 'flavor-gone', detail: `slice ${sliceId} has flavor ${flavorId} no more` };
  }
  if (now - createdAt <= deadlineMs) return undefined;
  const last = detail ?? step;
  return { code: 'deadline', detail: `not done within ${deadlineMs / 1000} s; last: ${last}` };
}

type Step = (parts: AdvanceParts, job: ProfileJob, round: Round) => Promise<void>;

const steps: Readonly<Record<string, Step>> = { requesting, extracting, submitting, training };

async function requesting(parts: AdvanceParts, job: ProfileJob, { slice, now, signal }: Round) {
  const csv = await parts.profiles.yCsv(job.id);
  const y = { csv, kpiQuery: slice.kpi.query };
  const imaJob = await parts.extraction.begin(job, y, signal);
  await parts.jobs.change(job, { step: 'extracting', imaJob, ...anew(now) }, now);
}

/** IMA's callback moves the job on; here its progress and its failure are seen. */
async function extracting(parts: AdvanceParts, job: ProfileJob, { now, signal }: Round) {
  const ima = await parts.extraction.follow(job.tenantId, job.imaJob ?? '', signal);
  if (isLost(ima)) {
    const detail = ima.detail ?? `the extraction ${ima.status}`;
    return parts.fail(job, { code: 'extraction-failed', detail });
  }
  await parts.jobs.change(job, progressOf(ima, 0, extractionPercent, now), now);
}

async function submitting(parts: AdvanceParts, job: ProfileJob, { slice, now, signal }: Round) {
  const received = await parts.profiles.received(job.id);
  if (received === undefined) throw new Error(`the profile of job ${job.id} is gone`);
  const trainingJob = await parts.training.begin(job, slice, received.profile, signal);
  await parts.jobs.change(job, { step: 'training', trainingJob, ...anew(now) }, now);
}

async function training(parts: AdvanceParts, job: ProfileJob, { now, signal }: Round) {
  const work = await parts.training.follow(job.tenantId, job.trainingJob ?? '', signal);
  if (isLost(work)) {
    const detail = work.detail ?? `the training ${work.status}`;
    return parts.fail(job, { code: 'training-failed', detail });
  }
  if (work.status === 'succeeded') return parts.promote(job, modelIdOf(work), signal);
  const change = progressOf(work, extractionPercent, trainingPercent, now);
  await parts.jobs.change(job, change, now);
}

function isLost({ status }: Job): boolean {
  return status === 'failed' || status === 'cancelled';
}

/** Nothing is wrong so far in this step. */
function anew(now: number): ProfileJobChange {
  return { detail: null, attempts: 0, nextAt: now + pollMs };
}

function progressOf(work: Job, from: number, to: number, now: number): ProfileJobChange {
  const progressPercent = from + ((to - from) * work.progressPercent) / 100;
  return { ...anew(now), progressPercent, detail: work.detail ?? work.step };
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
  const pauseMs = pauseAfter(attempts, longestPauseMs);
  const change = {
    attempts,
    nextAt: now + pauseMs,
    detail: `${job.step}: ${detail}; attempt ${attempts}, next in ${Math.ceil(pauseMs / 1000)} s`,
  };
  await parts.jobs.change(job, change, now);
}
