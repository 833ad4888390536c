import { hostname } from 'node:os';
import {
  type Clock,
  type Database,
  every,
  type Joining,
  joinWhenReady,
  type Log,
  type Logger,
  type Loop,
  type Metrics,
  migrate,
  systemClock,
} from '@slicecast/platform';
import { migrations } from '../adapters/migrations.ts';
import type { ForecastingConfig } from '../config.ts';
import type { ModelStore, Surplus, Trainer, TrainingQueue } from '../ports.ts';
import { dropSurplus } from './drop-surplus.ts';
import { followSlices, type SliceFollower } from './follow-slices.ts';
import { forecastSlices } from './forecast-slices.ts';
import { createModelCache } from './model-cache.ts';
import { type RunTrainings, runTrainings } from './run-trainings.ts';
import { createSliceCounts, type SliceCounts } from './slice-counts.ts';
import { createSliceRuns, type SliceRuns } from './slice-runs.ts';

export interface LoopParts {
  readonly config: ForecastingConfig;
  readonly database: Database;
  readonly log: Log;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly models: ModelStore;
  readonly surplus: Surplus;
  readonly queue: TrainingQueue;
  readonly trainer: Trainer;
  readonly threads: number;
}

export interface ForecastingLoops {
  /** Brings up what can be; what is missing comes up by itself when its database or log does. */
  start(): Promise<void>;
  /** What does not run yet or does not get on, and why. */
  trouble(): { readonly trainings: string | undefined; readonly forecasts: string | undefined };
  readonly runs: SliceRuns;
  readonly counts: SliceCounts;
  /** Undefined until the log has told the slices. */
  slices(): SliceFollower | undefined;
  /** Undefined while it is not known. */
  inUse(model: { readonly id: string; readonly sliceId: number }): Promise<boolean | undefined>;
  cancelled(jobId: string): void;
  stop(): Promise<void>;
}

const bringUpPeriodMs = 2000;
const leaseMs = 10_000;

export function createLoops(parts: LoopParts): ForecastingLoops {
  const { log, config, logger } = parts;
  const runs = createSliceRuns(log, createModelCache(parts.models), logger);
  const counts = createSliceCounts(parts.metrics);
  let trainings: RunTrainings | undefined;
  let trainingsTrouble: string | undefined = 'the database has not been asked yet';
  let batchTrouble: string | undefined;
  let follower: SliceFollower | undefined;
  let joining: Joining | undefined;
  const loops: Loop[] = [];

  async function bringUpTrainings(): Promise<void> {
    if (trainings !== undefined) return;
    try {
      await migrate(parts.database, 'forecasting', migrations);
    } catch (error) {
      trainingsTrouble = error instanceof Error ? error.message : String(error);
      return;
    }
    trainings = runTrainings({ ...parts, wallClock: systemClock, leaseMs });
    trainingsTrouble = undefined;
    loops.push(dropSurplus({ ...parts, ...keepOf(config), inUse }));
  }

  async function joinLog() {
    follower ??= await followSlices(log, {
      instance: config.FORECASTING_INSTANCE ?? hostname(),
      onDeleted(sliceId) {
        runs.forget(sliceId);
        counts.forget(sliceId);
      },
    });
    return forecastSlices({
      ...parts,
      slices: follower,
      runs,
      counts,
      maxDecisionAgeMs: config.FORECASTING_MAX_DECISION_AGE_MS,
      onProgress(failure) {
        batchTrouble = failure;
      },
    });
  }

  async function inUse({ id, sliceId }: { id: string; sliceId: number }) {
    if (follower === undefined) return undefined;
    const slice = await follower.lookUp(sliceId);
    return slice?.trained.some(({ modelId }) => modelId === id) ?? false;
  }

  return {
    runs,
    counts,
    inUse,
    slices: () => follower,
    cancelled: (jobId) => trainings?.cancelled(jobId),
    async start() {
      await bringUpTrainings();
      loops.push(
        every({ name: 'bring-up', periodMs: bringUpPeriodMs, logger, run: bringUpTrainings }),
      );
      joining = await joinWhenReady(joinLog, logger);
    },
    trouble: () => ({
      trainings: trainingsTrouble,
      forecasts: joining?.waitingFor() ?? batchTrouble,
    }),
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
      await joining?.close();
      await follower?.close();
      await trainings?.stop();
      await parts.trainer.close();
    },
  };
}

function keepOf(config: ForecastingConfig) {
  return {
    keepModels: config.FORECASTING_KEEP_MODELS,
    keepTrainings: config.FORECASTING_KEEP_TRAININGS,
  };
}
