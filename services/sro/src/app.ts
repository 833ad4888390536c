import type { OperatorFile } from '@slicecast/contracts';
import {
  acceptUploads,
  type Clock,
  createHttpClient,
  createIdempotency,
  createMetrics,
  createServer,
  type Database,
  instanceName,
  type Log,
  type Logger,
  type Metrics,
  type Service,
  systemClock,
  type TenantKeys,
} from '@slicecast/platform';
import { createActuators } from './adapters/actuators/list.ts';
import { createExtraction } from './adapters/extraction-client.ts';
import { createProfileDataStore } from './adapters/profile-data-store.ts';
import { createProfileJobStore } from './adapters/profile-job-store.ts';
import { createRecordLog } from './adapters/slice-record.ts';
import { createSliceStore } from './adapters/slice-store.ts';
import { createTraining } from './adapters/training-client.ts';
import { createCallbacks } from './callbacks.ts';
import type { SroConfig } from './config.ts';
import { createDeciding } from './deciding.ts';
import { createLoops } from './loops/create-loops.ts';
import { addFlavors } from './routes/flavors.ts';
import { addJobs } from './routes/jobs.ts';
import { addKpi } from './routes/kpi.ts';
import { addKpiQuery } from './routes/kpi-query.ts';
import { addPolicyDryRun } from './routes/policy-dry-run.ts';
import { addProfile } from './routes/profile.ts';
import { addProfiles } from './routes/profiles.ts';
import { addProfilingMetrics } from './routes/profiling-metrics.ts';
import { addRunSlice } from './routes/run-slice.ts';
import { addSliceDefinition } from './routes/slice-definition.ts';
import { addSliceStatus } from './routes/slice-status.ts';
import { addSlices } from './routes/slices.ts';

export { SroConfig } from './config.ts';

export interface SroOptions {
  readonly config: SroConfig;
  readonly operatorFile: OperatorFile;
  readonly database: Database;
  readonly log: Log;
  /** Event time: decisions. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tenants?: TenantKeys | undefined;
  readonly metrics?: Metrics | undefined;
}

/** The service that owns slices: profiles, decisions, changes, callbacks. */
export function createSro(options: SroOptions): Service {
  const metrics = options.metrics ?? createMetrics('sro');
  const { config, logger } = options;
  const parts = createParts(options, metrics);
  const loops = createLoops({ ...options, ...parts, metrics });
  const server = createServer({
    name: 'sro',
    logger,
    metrics,
    tenants: options.tenants,
    ready: async () => loops.ready(),
  });
  const { now } = systemClock;
  const { slices, callbacks, deciding } = parts;
  const routes = { ...parts, ...options, maxUploadBytes: config.SRO_MAX_UPLOAD_BYTES, now };
  server.register(async () => {
    acceptUploads(server, (scope) => {
      addProfile(scope, routes);
      addProfilingMetrics(scope, routes);
    });
    addProfiles(server, routes);
    addRunSlice(server, slices);
    addSlices(server, routes);
    addSliceDefinition(server, routes);
    addPolicyDryRun(server, routes);
    addFlavors(server, routes);
    addSliceStatus(server, parts);
    addKpi(server, routes);
    addKpiQuery(server, parts);
    addJobs(server, routes);
    callbacks.register(server);
    deciding.register(server);
  });
  return {
    name: 'sro',
    server,
    async start() {
      await loops.start();
      return server.listen({ host: config.SRO_HOST, port: config.SRO_PORT });
    },
    async stop() {
      await loops.stop();
      await server.close();
    },
  };
}

function createParts(options: SroOptions, metrics: Metrics) {
  const { config, operatorFile, database, log, clock, logger } = options;
  const key = config.INTERNAL_KEY;
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const http = (baseUrl: string) =>
    createHttpClient({ baseUrl, timeoutMs: upstreamTimeoutMs, headers });
  const ima = http(config.IMA_URL);
  const forecasting = http(config.FORECASTING_URL);
  let wake = (): void => undefined;
  const published = () => wake();
  const slices = createSliceStore(database, systemClock.now, published);
  return {
    ima,
    forecasting,
    slices,
    published,
    onPublished: (next: () => void) => {
      wake = next;
    },
    recordLog: createRecordLog(log),
    jobs: createProfileJobStore(database),
    profiles: createProfileDataStore(database),
    idempotency: createIdempotency(database, 'sro'),
    extraction: createExtraction(ima, config.SRO_URL),
    training: createTraining(forecasting),
    names: {
      sources: operatorFile.sources.map(({ name }) => name),
      actuators: operatorFile.actuators,
    },
    inFile: new Set(operatorFile.slices?.map(({ id }) => id)),
    callbacks: createCallbacks({
      database,
      logger,
      metrics,
      clock: systemClock,
      allowPrivateAddresses: operatorFile.callbacks?.allowPrivateAddresses ?? false,
    }),
    deciding: createDeciding({
      log,
      database,
      slices,
      actuators: createActuators(operatorFile.actuators, { secret: config.ACTUATOR_SECRET }),
      ima,
      clock,
      logger,
      metrics,
      config,
      instance: instanceName(config.SRO_INSTANCE, config.SRO_PORT),
    }),
  };
}

export type SroParts = ReturnType<typeof createParts>;

/** A profile of many rows takes a while to be taken in. */
const upstreamTimeoutMs = 60_000;
