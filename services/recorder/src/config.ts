import { topics } from '@slicecast/contracts';
import { type Static, Type } from 'typebox';

const Count = (description: string, fallback: number, minimum = 1) =>
  Type.Integer({ minimum, default: fallback, description });

/** The environment of `recorder`. */
export const RecorderConfig = Type.Object({
  RECORDER_HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
  RECORDER_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 5030,
    description: 'Port to listen on',
  }),
  RECORDER_INSTANCE: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,100}$',
      description:
        "Name of this process among several of its kind; default of the host's name and the port",
    }),
  ),
  RECORDER_MEASUREMENT_TOPICS: Type.String({
    pattern: '^[A-Za-z0-9._-]{1,200}(,[A-Za-z0-9._-]{1,200})*$',
    default: [topics.clientMetrics, topics.slaEstimations, topics.loadgenClients]
      .map(({ name }) => name)
      .join(','),
    description: "Topics in the form of MLO-V2's measurements that are recorded as they are",
  }),
  RECORDER_MAX_BUCKETS: Count(
    'Buckets that are made at most, one for each slice; what would need more is dropped and counted',
    5000,
  ),
  RECORDER_STATUS_PERIOD_MS: Count("The recorder's own counts are recorded so often", 10_000, 100),
  INFLUX_URL: Type.String({
    pattern: '^https?://',
    default: 'http://127.0.0.1:8086',
    description: 'InfluxDB; in standalone the recorder runs only where this is set',
  }),
  INFLUX_VERSION: Type.Integer({
    minimum: 1,
    maximum: 2,
    default: 2,
    description: 'Its major version: 1 (1.8) or 2',
  }),
  INFLUX_ORG: Type.String({
    minLength: 1,
    default: 'slicecast',
    description: 'Organisation in InfluxDB 2',
  }),
  INFLUX_TOKEN: Type.Optional(
    Type.String({ description: 'Token of InfluxDB 2; of 1.8 `user:password`' }),
  ),
  INFLUX_BUCKET: Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
    default: 'slicecast',
    description: "Bucket of Slicecast's own measurements",
  }),
  INFLUX_RETENTION_HOURS: Count(
    'What a bucket made by the recorder keeps; 0 keeps for ever',
    720,
    0,
  ),
  INFLUX_TIMEOUT_MS: Count('A write without an answer by then is tried again', 10_000),
  INTERNAL_KEY: Type.Optional(
    Type.String({ minLength: 16, description: "Key of the suite's own services" }),
  ),
  SLICECAST_FILE: Type.String({ default: 'slicecast.yaml', description: "The operator's file" }),
  LOG_LEVEL: Type.String({
    default: 'info',
    description: 'trace, debug, info, warn, error, silent',
  }),
});
export type RecorderConfig = Static<typeof RecorderConfig>;
