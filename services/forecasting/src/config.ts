import { type Static, Type } from 'typebox';

const Count = (description: string, fallback: number, minimum = 1) =>
  Type.Integer({ minimum, default: fallback, description });

/** The environment of `forecasting`. */
export const ForecastingConfig = Type.Object({
  FORECASTING_HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
  FORECASTING_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 5020,
    description: 'Port to listen on',
  }),
  FORECASTING_INSTANCE: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,100}$',
      description:
        "Name of this process among several of its kind; default of the host's name and the port",
    }),
  ),
  FORECASTING_MAX_BODY_BYTES: Count('Largest profile in a request, bytes', 64 * 2 ** 20),
  FORECASTING_TRAINING_THREADS: Count(
    'Trainings at a time, each in a thread of its own; never more than cores less one',
    2,
  ),
  FORECASTING_MAX_QUEUED: Count('Trainings that may wait; more are refused with 503', 100),
  FORECASTING_MAX_DECISION_AGE_MS: Count('A row older than this is counted as superseded', 5000),
  FORECASTING_STALE_AFTER_MS: Count(
    'Not ready when a slice that forecasts had no row for so long, and for ten of its steps',
    60_000,
  ),
  FORECASTING_RETRAIN_ROWS: Count(
    'Newest rows of the record that a drifting model is trained anew from, at most; 0: it is not',
    12_000,
    0,
  ),
  FORECASTING_RETRAIN_COOLDOWN_SECONDS: Count(
    'Between two such trainings of a model, in the time of its rows',
    3600,
  ),
  FORECASTING_KEEP_MODELS: Count('Models kept for each flavor of a slice, beside those in use', 20),
  FORECASTING_KEEP_TRAININGS: Count('Ended trainings kept for each tenant', 1000),
  INTERNAL_KEY: Type.Optional(
    Type.String({ minLength: 16, description: "Key of the suite's own services" }),
  ),
  DATABASE_URL: Type.String({
    pattern: '^postgres(ql)?://',
    default: 'postgres://slicecast@127.0.0.1:5432/slicecast',
    description: 'PostgreSQL of this service',
  }),
  SLICECAST_FILE: Type.String({ default: 'slicecast.yaml', description: "The operator's file" }),
  LOG_LEVEL: Type.String({
    default: 'info',
    description: 'trace, debug, info, warn, error, silent',
  }),
});
export type ForecastingConfig = Static<typeof ForecastingConfig>;
