import { availableParallelism } from 'node:os';
import {
  AppError,
  type Clock,
  createMetrics,
  createServer,
  type Database,
  type Log,
  type Logger,
  type Metrics,
  type Server,
  type Service,
  systemClock,
  type TenantKeys,
} from '@slicecast/platform';
import { createDriftTrainings } from './adapters/drift-trainings.ts';
import { createModelStore } from './adapters/model-store.ts';
import { createPromotions } from './adapters/promotions.ts';
import { createSurplus } from './adapters/surplus.ts';
import { createThreadTrainer } from './adapters/thread-trainer.ts';
import { createTrainingJobs } from './adapters/training-jobs.ts';
import { createTrainingQueue } from './adapters/training-queue.ts';
import { checkReady } from './check-ready.ts';
import type { ForecastingConfig } from './config.ts';
import { createForecasts, type Forecasts } from './loops/start-forecasts.ts';
import { createTrainings, type Trainings } from './loops/start-trainings.ts';
import type { ModelStore, Trainer } from './ports.ts';
import { addCreateModel } from './routes/create-model.ts';
import { addJobs } from './routes/jobs.ts';
import { addModels } from './routes/models.ts';
import { addSliceStatus } from './routes/slice-status.ts';

export { ForecastingConfig } from './config.ts';

export interface ForecastingOptions {
  readonly config: ForecastingConfig;
  readonly database: Database;
  readonly log: Log;
  /** Event time: the age of rows, and the instant at which a model came to be. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tenants?: TenantKeys | undefined;
  readonly metrics?: Metrics | undefined;
  /** Default: worker threads. */
  readonly trainer?: Trainer | undefined;
}

/** The service that trains models per flavor and turns rows into forecasts. */
export function createForecasting(options: ForecastingOptions): Service {
  const { config, database, clock, logger } = options;
  const metrics = options.metrics ?? createMetrics('forecasting');
  const models = createModelStore(database);
  const threads = Math.min(config.FORECASTING_TRAINING_THREADS, Math.max(1, cores() - 1));
  const parts = {
    ...options,
    metrics,
    models,
    threads,
    surplus: createSurplus(database),
    queue: createTrainingQueue(database),
    promotions: createPromotions(database),
    jobs: createTrainingJobs(database),
    trainer: options.trainer ?? createThreadTrainer(threads),
  };
  const forecasts = createForecasts(parts);
  const trainings = createTrainings(parts, forecasts);
  const staleAfterMs = config.FORECASTING_STALE_AFTER_MS;
  const server = createServer({
    name: 'forecasting',
    logger,
    metrics,
    tenants: options.tenants,
    ready: () => checkReady({ database, forecasts, trainings, clock, staleAfterMs }),
  });
  server.register(async () => addRoutes(server, options, { models, forecasts, trainings }));
  return {
    name: 'forecasting',
    server,
    async start() {
      await trainings.start();
      await forecasts.start();
      return server.listen({ host: config.FORECASTING_HOST, port: config.FORECASTING_PORT });
    },
    async stop() {
      await forecasts.stop();
      await trainings.stop();
      await server.close();
    },
  };
}

/** Training leaves one core to forecasts and answers. */
const cores = availableParallelism;

function addRoutes(
  server: Server,
  { config, database }: ForecastingOptions,
  parts: { models: ModelStore; forecasts: Forecasts; trainings: Trainings },
): void {
  const { models, forecasts, trainings } = parts;
  const jobs = createTrainingJobs(database);
  addCreateModel(server, {
    jobs,
    wallClock: systemClock,
    maxBodyBytes: config.FORECASTING_MAX_BODY_BYTES,
    maxQueued: config.FORECASTING_MAX_QUEUED,
  });
  addJobs(server, { jobs, wallClock: systemClock, cancelled: trainings.cancelled });
  addModels(server, { models, inUse: forecasts.inUse });
  addSliceStatus(server, {
    async lookUp(sliceId) {
      const slices = forecasts.slices();
      if (slices !== undefined) return slices.lookUp(sliceId);
      const refusal = { status: 503, code: 'slices-not-known', retriable: true };
      throw new AppError(`the slices are not known yet: ${forecasts.trouble()}`, refusal);
    },
    runOf: forecasts.runs.find,
    driftTrainings: createDriftTrainings(database),
    retraining: {
      mostRows: config.FORECASTING_RETRAIN_ROWS,
      lookAgainAt: trainings.lookAgainAt,
    },
    countsOf: forecasts.counts.of,
  });
}
