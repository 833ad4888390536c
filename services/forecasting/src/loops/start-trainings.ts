import {
  type Clock,
  type Database,
  every,
  type Logger,
  type Loop,
  type Metrics,
  migrate,
  systemClock,
} from '@slicecast/platform';
import { migrations } from '../adapters/migrations.ts';
import type { ForecastingConfig } from '../config.ts';
import type { ModelStore, Surplus, Trainer, TrainingQueue } from '../ports.ts';
import { type DropSurplusOptions, dropSurplus } from './drop-surplus.ts';
import { type RunTrainings, runTrainings } from './run-trainings.ts';

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
}

/** The loops that need the database. */
export interface Trainings {
  /** Resolves after the first try; then it goes on trying until the database is there. */
  start(): Promise<void>;
  /** Why trainings are not taken up; undefined when they are. */
  trouble(): string | undefined;
  cancelled(jobId: string): void;
  stop(): Promise<void>;
}

const bringUpPeriodMs = 2000;
const leaseMs = 10_000;

export function createTrainings(
  parts: TrainingParts,
  inUse: DropSurplusOptions['inUse'],
): Trainings {
  const { config, logger } = parts;
  let running: RunTrainings | undefined;
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
    loops.push(dropSurplus({ ...parts, keepModels, keepTrainings, inUse }));
  }

  return {
    async start() {
      await bringUp();
      loops.push(every({ name: 'bring-up', periodMs: bringUpPeriodMs, logger, run: bringUp }));
    },
    trouble: () => trouble,
    cancelled: (jobId) => running?.cancelled(jobId),
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
      await running?.stop();
      await parts.trainer.close();
    },
  };
}
