import {
  type Clock,
  createMetrics,
  createServer,
  instanceName,
  type Joining,
  type Log,
  type Logger,
  type Loop,
  type Metrics,
  type ReadyCheck,
  type Service,
  type TenantKeys,
} from '@slicecast/platform';
import { createInfluxStore } from './adapters/influx-store.ts';
import type { RecorderConfig } from './config.ts';
import { createCounts } from './loops/counts.ts';
import { createFeatureNames } from './loops/feature-names.ts';
import { createLineMemory } from './loops/lines.ts';
import { recordStatus } from './loops/record-status.ts';
import { recordTopics } from './loops/record-topics.ts';
import { createWriter } from './loops/writer.ts';
import type { PointStore } from './ports.ts';

export { RecorderConfig } from './config.ts';

export interface RecorderOptions {
  readonly config: RecorderConfig;
  readonly log: Log;
  /** Event time: the age of what is recorded. */
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly tenants?: TenantKeys | undefined;
  readonly metrics?: Metrics | undefined;
}

/** Pieces of memory for lines that are kept, of 4 MiB at the most: about as many as partitions write side by side. */
const mostMemory = 8;

/** The service that writes the log to InfluxDB: at least once, each point the same however often it comes. */
export function createRecorder(options: RecorderOptions): Service {
  const { config, log, clock, logger } = options;
  const metrics = options.metrics ?? createMetrics('recorder');
  const store = createInfluxStore(influxOf(config));
  const counts = createCounts(metrics);
  const stopping = new AbortController();
  const maxBuckets = config.RECORDER_MAX_BUCKETS;
  const writer = createWriter({ store, counts, maxBuckets, signal: stopping.signal });
  const memory = createLineMemory(mostMemory);
  const shared = { log, writer, counts, clock, logger, metrics, bucket: config.INFLUX_BUCKET };
  let joinings: readonly Joining[] | undefined;
  let status: Loop | undefined;
  const server = createServer({
    name: 'recorder',
    logger,
    metrics,
    tenants: options.tenants,
    ready: async () => [logCheck(joinings), await influxCheck(store, writer.trouble())],
  });
  return {
    name: 'recorder',
    server,
    async start() {
      joinings = await recordTopics({
        ...shared,
        memory,
        measurementTopics: config.RECORDER_MEASUREMENT_TOPICS.split(','),
        names: createFeatureNames(log),
      });
      status = recordStatus({
        ...shared,
        instance: instanceName(config.RECORDER_INSTANCE, config.RECORDER_PORT),
        periodMs: config.RECORDER_STATUS_PERIOD_MS,
      });
      return server.listen({ host: config.RECORDER_HOST, port: config.RECORDER_PORT });
    },
    async stop() {
      stopping.abort(new Error('the recorder stops'));
      await status?.stop();
      await Promise.all((joinings ?? []).map((joining) => joining.close()));
      await server.close();
      store.close();
    },
  };
}

function influxOf(config: RecorderConfig) {
  return {
    url: config.INFLUX_URL,
    token: config.INFLUX_TOKEN,
    org: config.INFLUX_ORG,
    version: config.INFLUX_VERSION === 1 ? 1 : 2,
    timeoutMs: config.INFLUX_TIMEOUT_MS,
    retentionHours: config.INFLUX_RETENTION_HOURS,
  } as const;
}

function logCheck(joinings: readonly Joining[] | undefined): ReadyCheck {
  if (joinings === undefined) return { name: 'log', ok: false, detail: 'was not asked yet' };
  const reasons = joinings.map((joining) => joining.waitingFor()).filter((why) => why !== null);
  const detail = [...new Set(reasons)].join('; ');
  return { name: 'log', ok: reasons.length === 0, detail: detail || 'every topic is followed' };
}

async function influxCheck(store: PointStore, failure: string | undefined): Promise<ReadyCheck> {
  const trouble = failure ?? (await store.trouble());
  return {
    name: 'influxdb',
    ok: trouble === undefined,
    detail: trouble ?? 'takes what is written',
  };
}
