import type { SelectionReport, SliceState } from '@slicecast/contracts';
import { AppError, type Logger } from '@slicecast/platform';
import type { Extraction, ExtractionStore } from '../../adapters/extraction-store.ts';
import type { Sources } from '../../adapters/sources.ts';
import type { ExtractionJob } from '../../domain/extraction-job.ts';
import { withRefusals } from '../../domain/refusal-log.ts';
import type { ExtractionFiles, FeatureSelection } from '../../ports.ts';
import { type Ask, createAsking } from './asking.ts';
import { extract } from './extract.ts';
import type { JobProgress } from './job-progress.ts';
import type { ExtractionLimits } from './limits.ts';
import { readKpi } from './read-kpi.ts';
import { gone } from './selected-columns.ts';

export interface RunJobOptions {
  readonly lookUp: (sliceId: number) => Promise<SliceState | undefined>;
  readonly extractions: ExtractionStore;
  readonly sources: Sources;
  readonly files: ExtractionFiles;
  readonly selection: FeatureSelection;
  readonly limits: ExtractionLimits;
  readonly logger: Logger;
}

/** Where each step lies in the job's progress, percent. */
const bounds = { extracting: [0, 80], selecting: [80, 95] } as const;

/** Name of an extraction's files. */
export function extractionKey(sliceId: number, currentTimestamp: number): string {
  return `${sliceId}-${currentTimestamp}`;
}

/**
 * Extraction and selection of one job; resolves to the report when both are durable. An extraction
 * that is kept already, from before a restart or for a job that selects again, is used as it is.
 */
export async function runJob(
  options: RunJobOptions,
  job: ExtractionJob,
  progress: JobProgress,
  signal: AbortSignal,
): Promise<SelectionReport> {
  const slice = await options.lookUp(job.sliceId);
  if (slice === undefined) throw noSlice(job.sliceId);
  const extraction = await keptExtraction(options, job, slice, progress, signal);
  const [from, to] = bounds.selecting;
  progress.set({ step: 'selecting', progressPercent: from, detail: null });
  const bytes = await options.files.read(keyOf(job));
  if (bytes === undefined || extraction.kept === undefined) throw gone(keyOf(job));
  const report = await options.selection.select(
    bytes,
    {
      k: job.request.k,
      horizonSeconds: slice.horizonSeconds,
      stepMs: extraction.kept.stepMs,
    },
    signal,
  );
  progress.set({ progressPercent: to });
  return withRefusals(report, extraction.kept.refusals);
}

async function keptExtraction(
  options: RunJobOptions,
  job: ExtractionJob,
  slice: SliceState,
  progress: JobProgress,
  signal: AbortSignal,
): Promise<Extraction> {
  const { extractions, files, limits } = options;
  const before = await find(extractions, job);
  if (before.state === 'kept' && (await files.list()).includes(keyOf(job))) return before;
  if (job.request.rerun || before.state === 'gone') throw gone(keyOf(job));
  progress.set({ step: 'extracting', progressPercent: 0, detail: null });
  const source = options.sources.of(slice, 'profile');
  const ask = askingFor(options, source.name, progress, signal);
  const kpi = before.kpi ?? (await kpiFromSource(options, job, { source, ask }));
  const [from, to] = bounds.extracting;
  const kept = await extract({
    source,
    ask,
    kpi,
    limits,
    files,
    key: keyOf(job),
    progress: (share) => progress.set({ progressPercent: from + (to - from) * share }),
  });
  await extractions.keep(job.sliceId, job.currentTimestamp, kept);
  return find(extractions, job);
}

async function kpiFromSource(
  { extractions }: RunJobOptions,
  job: ExtractionJob,
  parts: { source: ReturnType<Sources['of']>; ask: Ask },
) {
  const { kpi: origin } = job.request;
  if (origin.kind === 'file') throw gone(keyOf(job));
  const kpi = await readKpi(parts, origin.query, origin);
  await extractions.setKpi(job.sliceId, job.currentTimestamp, kpi);
  return kpi;
}

function askingFor(
  { limits, logger }: RunJobOptions,
  source: string,
  progress: JobProgress,
  signal: AbortSignal,
): Ask {
  const warned = new Set<string>();
  return createAsking({
    source,
    signal,
    attempts: limits.attempts,
    baseDelayMs: limits.baseDelayMs,
    maxDelayMs: limits.maxDelayMs,
    tell: (detail) => progress.set({ detail }),
    warn(warning) {
      if (warned.has(warning) || warned.size >= 100) return;
      warned.add(warning);
      logger.warn({ source, warning }, 'the source answered with a warning');
      progress.set({ detail: `source ${source} warns: ${warning.slice(0, 300)}` });
    },
  });
}

async function find(store: ExtractionStore, job: ExtractionJob): Promise<Extraction> {
  const found = await store.get(job.sliceId, job.currentTimestamp);
  if (found === undefined) throw gone(keyOf(job));
  return found;
}

function keyOf(job: ExtractionJob): string {
  return extractionKey(job.sliceId, job.currentTimestamp);
}

function noSlice(sliceId: number): AppError {
  return new AppError(`slice ${sliceId} is not there any more`, {
    status: 404,
    code: 'slice-unknown',
  });
}
