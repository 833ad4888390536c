import type { JobChange } from '../../adapters/job-store.ts';
import type { ExtractionJob } from '../../domain/extraction-job.ts';
import { callbackFiles } from './callback-files.ts';
import { extractionKey } from './run-job.ts';
import { readSelected } from './selected-columns.ts';
import type { WorkOptions } from './work-on-job.ts';

const firstPauseMs = 1000;
const longestPauseMs = 300_000;

/** One try to deliver a finished profile. Not delivered: the job comes back after a growing pause. */
export async function deliverProfile(
  options: WorkOptions,
  job: ExtractionJob,
  signal: AbortSignal,
): Promise<JobChange> {
  const extraction = await options.extractions.get(job.sliceId, job.currentTimestamp);
  const key = extractionKey(job.sliceId, job.currentTimestamp);
  const lost = !(await options.files.list()).includes(key);
  // Its files were lost with a disk, say: what can be made again is made again.
  if (job.report === null || extraction?.kept === undefined || lost) return { step: 'waiting' };
  const features = job.report.features.map(({ feature }) => feature);
  const selected = await readSelected(options.files, key, features, extraction.kept.stepMs);
  const files = callbackFiles(selected, job.report);
  const sending = { signal, own: isOwn(options, job), headers: headersFor(options, job) };
  try {
    await options.callbacks.deliver(job.request.callbackUrl, files, job.id, sending);
    return {
      status: 'succeeded',
      step: 'done',
      progressPercent: 100,
      detail: null,
      attempts: job.attempts + 1,
    };
  } catch (error) {
    if (signal.aborted) throw error;
    return tryLater(options, job, error);
  }
}

/** One try to tell a foreign receiver that its profile failed. */
export async function reportFailure(
  options: WorkOptions,
  job: ExtractionJob,
  signal: AbortSignal,
): Promise<JobChange> {
  const { tenantId, sliceId, flavorId, currentTimestamp, detail } = job;
  const body = {
    event: 'extraction.failed',
    tenantId,
    sliceId,
    flavorId,
    jobId: job.id,
    currentTimestamp,
    error: { code: 'extraction-failed', detail },
  };
  const sending = { signal, own: isOwn(options, job), headers: headersFor(options, job) };
  try {
    await options.callbacks.report(job.request.callbackUrl, body, `${job.id}-failed`, sending);
    return { reportDue: false };
  } catch (error) {
    if (signal.aborted) throw error;
    options.logger.warn({ err: error, jobId: job.id }, 'a failure could not be reported');
    const { detail: _, ...later } = tryLater(options, job, error);
    return later.status === 'failed' ? { reportDue: false } : later;
  }
}

/** Whether the callback goes to this suite's SRO. */
export function isOwn({ sroUrl }: Pick<WorkOptions, 'sroUrl'>, job: ExtractionJob): boolean {
  if (sroUrl === undefined) return false;
  const own = URL.parse(sroUrl);
  return own !== null && URL.parse(job.request.callbackUrl)?.origin === own.origin;
}

function headersFor(options: WorkOptions, job: ExtractionJob): Readonly<Record<string, string>> {
  return isOwn(options, job) ? options.internalHeaders(job.tenantId) : {};
}

function tryLater(options: WorkOptions, job: ExtractionJob, error: unknown): JobChange {
  const attempts = job.attempts + 1;
  const words = error instanceof Error ? error.message : String(error);
  const { deliverForMs } = options.rules;
  if (options.now() > job.createdAt + deliverForMs) {
    const hours = Math.round(deliverForMs / 360_000) / 10;
    return {
      status: 'failed',
      attempts,
      detail: `callback not delivered within ${hours} h: ${words}`,
    };
  }
  const bound = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(job.attempts, 20));
  const pauseMs = Math.round(bound * (0.5 + Math.random() / 2));
  return {
    attempts,
    detail: `callback: ${words}; attempt ${attempts} failed, next in ${Math.ceil(pauseMs / 1000)} s`,
    releaseUntil: options.now() + pauseMs,
  };
}
