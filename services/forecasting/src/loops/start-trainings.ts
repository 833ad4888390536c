import {
  type Clock,
  type Database,
  every,
  type Log,
  type Logger,
  type Loop,
  type Metrics,
  migrate,
  systemClock,
} from '@slicecast/platform';
import { migrations } from '../adapters/migrations.ts';
import type { ForecastingConfig } from '../config.ts';
import type {
  ModelStore,
  Promotions,
  Surplus,
  Trainer,
  TrainingJobs,
  TrainingQueue,
} from '../ports.ts';
import { type DropSurplusOptions, dropSurplus } from './drop-surplus.ts';
import type { SliceFollower } from './follow-slices.ts';
import { publishPromotions } from './publish-promotions.ts';
import { type RetrainDrifted, retrainDrifted } from './retrain-drifted.ts';
import { type RunTrainings, runTrainings } from './run-trainings.ts';
import type { SliceRuns } from './slice-runs.ts';

export interface TrainingParts {
  readonly config: ForecastingConfig;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly models: ModelStore;
  readonly surplus: Surplus;
  readonly queue: TrainingQueue;
  readonly trainer: Trainer;
  readonly threads: number;
  readonly log: Log;
  readonly promotions: Promotions;
  readonly jobs: TrainingJobs;
}

/** What is forecast with, and with what luck. */
export interface InUse {
  /** Undefined while it is not known what the slices use. */
  readonly inUse: DropSurplusOptions['inUse'];
  readonly runs: Pick<SliceRuns, 'find'>;
  slices(): SliceFollower | undefined;
}

/** The loops that need the database. */
export interface Trainings {
  /** Resolves after the first try; then it goes on trying until the database is there. */
  start(): Promise<void>;
  /** Why trainings are not taken up; undefined when they are. */
  trouble(): string | undefined;
  /** When a drifting model is looked at again, in event time; undefined: when the record holds rows enough. */
  lookAgainAt(modelId: string): number | undefined;
  cancelled(jobId: string): void;
  stop(): Promise<void>;
}

const bringUpPeriodMs = 2000;
const leaseMs = 10_000;

export function createTrainings(parts: TrainingParts, { inUse, runs, slices }: InUse): Trainings {
  const { config, logger } = parts;
  let running: RunTrainings | undefined;
  let retraining: RetrainDrifted | undefined;
  let trouble: string | undefined = 'the database has not been asked yet';
  const loops: Loop[] = [];

  async function bringUp(): Promise<void> {
    if (running !== undefined) return;
    try {
      await migrate(parts.database, 'forecasting', migrations);
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
      return;
    }
    running = runTrainings({ ...parts, wallClock: systemClock, leaseMs });
    trouble = undefined;
    const { FORECASTING_KEEP_MODELS: keepModels, FORECASTING_KEEP_TRAININGS: keepTrainings } =
      config;
    loops.push(
      dropSurplus({ ...parts, keepModels, keepTrainings, inUse }),
      publishPromotions(parts),
    );
    const mostRows = config.FORECASTING_RETRAIN_ROWS;
    if (mostRows === 0) return;
    retraining = beginRetraining(mostRows);
    loops.push(retraining);
  }

  function beginRetraining(mostRows: number): RetrainDrifted {
    return retrainDrifted({
      ...parts,
      runOf: (sliceId) => runs.find(sliceId)?.run,
      slices: () => slices()?.list() ?? [],
      wallClock: systemClock,
      mostRows,
      cooldownMs: config.FORECASTING_RETRAIN_COOLDOWN_SECONDS * 1000,
      maxQueued: config.FORECASTING_MAX_QUEUED,
    });
  }

  return {
    async start() {
      await bringUp();
      loops.push(every({ name: 'bring-up', periodMs: bringUpPeriodMs, logger, run: bringUp }));
    },
    trouble: () => trouble,
    lookAgainAt: (modelId) => retraining?.lookAgainAt(modelId),
    cancelled: (jobId) => running?.cancelled(jobId),
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
      await running?.stop();
      await parts.trainer.close();
    },
  };
}
