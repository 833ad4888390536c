import type { MetricSource } from '@slicecast/contracts';
import {
  acceptUploads,
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
import { createDiskFiles } from './adapters/disk-files.ts';
import { createExtractionStore } from './adapters/extraction-store.ts';
import { createFlavorMarks } from './adapters/flavor-marks.ts';
import { createJobStore } from './adapters/job-store.ts';
import { createSources } from './adapters/sources.ts';
import { checkReady } from './check-ready.ts';
import { type ImaConfig, remoteWriteTarget } from './config.ts';
import { followSlices } from './loops/follow-slices.ts';
import { createReceiver, type Receiver } from './loops/receiver.ts';
import { createLoops } from './loops/start-loops.ts';
import type { ExtractionFiles } from './ports.ts';
import { addElasticity } from './routes/elasticity.ts';
import { addExtractions } from './routes/extractions.ts';
import { addFeed } from './routes/feed.ts';
import { addJobs } from './routes/jobs.ts';
import { addPrometheusConfiguration } from './routes/prometheus-configuration.ts';
import { addReceive } from './routes/receive.ts';
import { addYMetrics } from './routes/ymetrics.ts';

export { ImaConfig } from './config.ts';

export interface ImaOptions {
  readonly config: ImaConfig;
  /** From the operator's file. */
  readonly sources: readonly MetricSource[];
  /** Whether callbacks other than to the SRO may go to private, loopback and link-local addresses. */
  readonly allowPrivateCallbacks: boolean;
  readonly database: Database;
  readonly log: Log;
  /** Event time: ticks of the live feed. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tenants?: TenantKeys | undefined;
  /** Default: files in `IMA_DATA_DIR`. */
  readonly files?: ExtractionFiles | undefined;
  readonly metrics?: Metrics | undefined;
}

function receiveOptions({
  config,
  receiver,
  metrics,
  clock,
  tenants,
}: {
  config: ImaConfig;
  receiver: Receiver;
  clock: Clock;
  metrics: Metrics;
  tenants?: TenantKeys | undefined;
}) {
  return {
    ...receiver,
    metrics,
    now: () => clock.now(),
    auth: {
      token: config.IMA_RECEIVE_TOKEN,
      username: config.IMA_RECEIVE_USERNAME,
      password: config.IMA_RECEIVE_PASSWORD,
      required: tenants !== undefined,
    },
    maxBodyBytes: config.IMA_RECEIVE_MAX_BODY_BYTES,
    maxDecodedBytes: config.IMA_RECEIVE_MAX_DECODED_BYTES,
    maxInFlightBytes: config.IMA_RECEIVE_MAX_IN_FLIGHT_BYTES,
  };
}

/** The service that knows Prometheus: extraction, live feed, generated configuration. */
export function createIma(options: ImaOptions): Service {
  const { config, database, log, logger } = options;
  const metrics = options.metrics ?? createMetrics('ima');
  const follower = followSlices(log);
  const parts = {
    ...options,
    metrics,
    follower,
    sources: createSources(options.sources),
    files: options.files ?? createDiskFiles(config.IMA_DATA_DIR),
    jobs: createJobStore(database),
    extractions: createExtractionStore(database),
    receiver: createReceiver(log),
  };
  const loops = createLoops(parts);
  const marks = createFlavorMarks(database);
  const { now } = systemClock;
  const { lookUp } = follower;
  const server = createServer({
    name: 'ima',
    logger,
    metrics,
    tenants: options.tenants,
    ready: () => checkReady(parts, loops),
  });
  server.register(async () => {
    const { extractions } = parts;
    const maxUploadBytes = config.IMA_MAX_UPLOAD_BYTES;
    acceptUploads(server, (scope) =>
      addYMetrics(scope, { lookUp, extractions, maxUploadBytes, now }),
    );
    addExtractions(server, { lookUp, extractions, now });
    addJobs(server, { store: parts.jobs, cancelled: loops.cancelled, now });
    addFeed(server, { lookUp, feedOf: loops.feedOf });
    addElasticity(server, { lookUp, marks, now });
    addPrometheusConfiguration(server, { lookUp, marks, remoteWrite: remoteWriteTarget(config) });
    addReceive(server, receiveOptions(parts));
  });
  return {
    name: 'ima',
    server,
    async start() {
      await loops.start();
      return server.listen({ host: config.IMA_HOST, port: config.IMA_PORT });
    },
    async stop() {
      await loops.stop();
      await server.close();
    },
  };
}
