import { type CreateModel, type SliceState, topics } from '@slicecast/contracts';
import {
  type Clock,
  every,
  type Log,
  type Logger,
  type Loop,
  type Metrics,
} from '@slicecast/platform';
import {
  type Drifting,
  driftingFlavors,
  RecordedRows,
  rowsNeeded,
  trainingDueAt,
} from '../domain/retrain.ts';
import type { TrainingJobs } from '../ports.ts';
import type { SliceRun } from './slice-run.ts';

export interface RetrainDriftedOptions {
  readonly log: Log;
  readonly jobs: Pick<TrainingJobs, 'submit'>;
  /** Of a slice whose rows come to this process. */
  readonly runOf: (sliceId: number) => WatchedRun | undefined;
  readonly slices: () => readonly SliceState[];
  readonly wallClock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The newest rows that a training may take from the record. */
  readonly mostRows: number;
  /** In event time, between two trainings of a flavor's model. */
  readonly cooldownMs: number;
  readonly maxQueued: number;
}

export interface RetrainDrifted extends Loop {
  /** When a drifting model is looked at again, in event time; undefined: when the record holds rows enough. */
  lookAgainAt(modelId: string): number | undefined;
}

type WatchedRun = Pick<SliceRun, 'models' | 'lastAt' | 'contests'>;

const periodMs = 10_000;
/** So many models are remembered with when to look at them again, that the record is not read for nothing. */
const mostKnown = 10_000;

/**
 * Asks for a training from the record where a champion drifts and there are rows enough since it began. The key
 * of the request follows from model and cooldown, so that any number of processes and restarts ask for one. The training comes to nothing unless it beats the model in charge.
 */
export function retrainDrifted(options: RetrainDriftedOptions): RetrainDrifted {
  const { runOf, slices, logger, metrics } = options;
  const lookAgainAt = new Map<string, number>();
  const loop = every({
    name: 'retrain-drifted',
    periodMs,
    logger,
    metrics,
    async run(signal) {
      for (const slice of slices()) {
        const run = runOf(slice.sliceId);
        if (run === undefined || slice.deleted) continue;
        for (const drifting of driftingFlavors(run.contests())) {
          if (signal.aborted) return;
          await consider(options, { slice, run, drifting }, lookAgainAt);
        }
      }
    },
  });
  return { ...loop, lookAgainAt: (modelId) => lookAgainAt.get(modelId) };
}

interface Case {
  readonly slice: SliceState;
  readonly run: WatchedRun;
  readonly drifting: Drifting;
}

async function consider(
  options: RetrainDriftedOptions,
  { slice, run, drifting }: Case,
  lookAgainAt: Map<string, number>,
): Promise<void> {
  const { flavorId, since } = drifting;
  const known = run.models.get(flavorId);
  const now = run.lastAt;
  if (known === undefined || now === undefined) return;
  const { modelId, model } = known;
  const need = rowsNeeded(model, options.mostRows);
  const dueAt = trainingDueAt(since, model, options.mostRows);
  if (now < Math.max(dueAt, lookAgainAt.get(modelId) ?? dueAt)) return;
  if (lookAgainAt.size >= mostKnown) lookAgainAt.clear();
  const profile = await recordedProfile(options, slice, drifting, model);
  const missing = need - profile.at.length;
  if (missing > 0) {
    lookAgainAt.set(modelId, now + missing * model.stepMs);
    return;
  }
  const period = Math.floor(now / options.cooldownMs);
  const { tenantId, sliceId, sla } = slice;
  const { horizonSeconds, seed } = model;
  const request: CreateModel = { tenantId, sliceId, flavorId, horizonSeconds, sla, profile, seed };
  const submitted = await options.jobs.submit(request, {
    key: `drift-${modelId}-${period}`,
    now: options.wallClock.now(),
    maxQueued: options.maxQueued,
    drift: { incumbent: modelId },
  });
  if (submitted.outcome === 'full') return;
  lookAgainAt.set(modelId, (period + 1) * options.cooldownMs);
  if (submitted.outcome === 'repeated') return;
  const rows = profile.at.length;
  options.logger.info({ sliceId, flavorId, modelId, rows }, 'a drifting model is trained anew');
}

async function recordedProfile(
  { log, mostRows }: RetrainDriftedOptions,
  { sliceId }: SliceState,
  { flavorId, since }: Drifting,
  model: Parameters<RecordedRows['profile']>[0],
) {
  const rows = new RecordedRows(flavorId, mostRows);
  const record = log.readByTime({
    topic: topics.sliceInputs,
    key: String(sliceId),
    fromMs: since,
    toMs: Number.MAX_SAFE_INTEGER,
  });
  for await (const { value } of record) rows.add(value);
  return rows.profile(model);
}
