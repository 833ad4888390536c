import {
  type Clock,
  createMetrics,
  createServer,
  type Database,
  type Log,
  type Logger,
  type Metrics,
  type Service,
  systemClock,
  type TenantKeys,
} from '@slicecast/platform';
import { createModelStore } from './adapters/model-store.ts';
import { createThreadTrainer } from './adapters/thread-trainer.ts';
import { createTrainingStore } from './adapters/training-store.ts';
import type { ForecastingConfig } from './config.ts';
import { createLoops } from './loops/start-loops.ts';
import type { Trainer } from './ports.ts';
import { addModels } from './routes/models.ts';
import { addSliceStatus } from './routes/slice-status.ts';
import { addTrainings } from './routes/trainings.ts';

export { ForecastingConfig } from './config.ts';

export interface ForecastingOptions {
  readonly config: ForecastingConfig;
  readonly database: Database;
  readonly log: Log;
  /** Event time: the age of rows. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tenants?: TenantKeys | undefined;
  readonly metrics?: Metrics | undefined;
  /** Default: worker threads. */
  readonly trainer?: Trainer | undefined;
}

/** The service that trains models per flavor and turns rows into forecasts. */
export function createForecasting(options: ForecastingOptions): Service {
  const { config, database, logger } = options;
  const metrics = options.metrics ?? createMetrics('forecasting');
  const parts = {
    ...options,
    metrics,
    models: createModelStore(database),
    trainings: createTrainingStore(database),
    trainer: options.trainer ?? createThreadTrainer(config.FORECASTING_TRAINING_THREADS),
  };
  const loops = createLoops(parts);
  const lookUp = async (sliceId: number) => loops.slices()?.lookUp(sliceId);
  const server = createServer({
    name: 'forecasting',
    logger,
    metrics,
    tenants: options.tenants,
    async ready() {
      const missing = loops.missing();
      const detail = missing.join('; ') || 'trains, and forecasts rows';
      return [{ name: 'loops', ok: missing.length === 0, detail }, await databaseCheck(database)];
    },
  });
  server.register(async () => {
    addTrainings(server, {
      store: parts.trainings,
      clock: systemClock,
      maxBodyBytes: config.FORECASTING_MAX_BODY_BYTES,
      maxQueued: config.FORECASTING_MAX_QUEUED,
      cancelled: loops.cancelled,
    });
    addModels(server, {
      models: parts.models,
      inUse: async ({ id, sliceId }) => {
        const slice = await lookUp(sliceId);
        return slice?.trained.some(({ modelId }) => modelId === id) ?? false;
      },
    });
    addSliceStatus(server, {
      lookUp,
      statusOf: (sliceId) => loops.runs.find(sliceId)?.status(),
    });
  });
  return {
    name: 'forecasting',
    server,
    async start() {
      await loops.start();
      return server.listen({ host: config.FORECASTING_HOST, port: config.FORECASTING_PORT });
    },
    async stop() {
      await loops.stop();
      await server.close();
    },
  };
}

async function databaseCheck(database: Database) {
  try {
    await database.query('select 1');
    return { name: 'database', ok: true, detail: 'answers' };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name: 'database', ok: false, detail };
  }
}
