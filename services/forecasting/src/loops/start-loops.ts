import { randomUUID } from 'node:crypto';
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
import type { ModelStore, Trainer, TrainingStore } from '../ports.ts';
import { followSlices, type SliceFollower } from './follow-slices.ts';
import { forecastSlices } from './forecast-slices.ts';
import { createModelCache } from './model-cache.ts';
import { type RunTrainings, runTrainings } from './run-trainings.ts';
import { createSliceRuns, type SliceRuns } from './slice-runs.ts';

export interface LoopParts {
  readonly config: ForecastingConfig;
  readonly database: Database;
  readonly log: Log;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly models: ModelStore;
  readonly trainings: TrainingStore;
  readonly trainer: Trainer;
}

export interface ForecastingLoops {
  /** Brings up what can be; what is missing comes up by itself when its database or log does. */
  start(): Promise<void>;
  /** What does not run yet and why; empty when all does. */
  missing(): readonly string[];
  readonly runs: SliceRuns;
  slices(): SliceFollower | undefined;
  cancelled(jobId: string): void;
  stop(): Promise<void>;
}

const bringUpPeriodMs = 2000;

export function createLoops(parts: LoopParts): ForecastingLoops {
  const { log, database, config, logger, metrics } = parts;
  const load = createModelCache(parts.models);
  const runs = createSliceRuns(log, load, logger);
  let trainings: RunTrainings | undefined;
  let databaseProblem: string | undefined = 'the database has not been asked yet';
  let bringUp: Loop | undefined;
  let joining: Joining | undefined;
  let follower: SliceFollower | undefined;

  async function bringUpDatabase(): Promise<void> {
    if (trainings !== undefined) return;
    try {
      await migrate(database, 'forecasting', migrations);
      trainings = runTrainings({
        store: parts.trainings,
        trainer: parts.trainer,
        clock: systemClock,
        logger,
        metrics,
        threads: config.FORECASTING_TRAINING_THREADS,
      });
      databaseProblem = undefined;
    } catch (error) {
      databaseProblem = error instanceof Error ? error.message : String(error);
    }
  }

  async function joinLog() {
    follower ??= await followSlices(log, randomUUID());
    return forecastSlices({
      ...parts,
      slices: follower,
      runs,
      maxDecisionAgeMs: config.FORECASTING_MAX_DECISION_AGE_MS,
    });
  }

  return {
    runs,
    slices: () => follower,
    cancelled: (jobId) => trainings?.cancelled(jobId),
    async start() {
      await bringUpDatabase();
      bringUp = every({
        name: 'bring-up',
        periodMs: bringUpPeriodMs,
        logger,
        run: bringUpDatabase,
      });
      joining = await joinWhenReady(joinLog, logger);
    },
    missing() {
      const waiting = joining === undefined ? 'the log was not joined' : joining.waitingFor();
      return [databaseProblem, waiting].flatMap((problem) => problem ?? []);
    },
    async stop() {
      await bringUp?.stop();
      await joining?.close();
      await follower?.close();
      await trainings?.stop();
      await parts.trainer.close();
    },
  };
}
