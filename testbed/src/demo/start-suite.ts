import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorFile } from '@slicecast/contracts';
import {
  createLogger,
  createSteppedClock,
  type Log,
  loadEnvironment,
  loadYaml,
  type SteppedClock,
} from '@slicecast/platform';
import {
  loadServiceConfigs,
  openStores,
  StandaloneConfig,
  startStandalone,
} from '@slicecast/standalone';
import { type RecordedPrometheus, serveRecordedPrometheus } from '../recorded-prometheus/serve.ts';

/** Everything that the demo runs against, on free ports of the loopback and a folder of its own. */
export interface Suite {
  /** Base URLs by service name. */
  readonly urls: Readonly<Record<string, string>>;
  readonly prometheus: RecordedPrometheus;
  readonly clock: SteppedClock;
  readonly log: Log;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '../../..');
/** The live part begins at this instant of the restamped clock: any whole second would do. */
const liveStartMs = 1_800_000_000_000;

export interface SuiteOptions {
  readonly logLevel: string;
  /** Further variables of the services, such as INFLUX_URL, with which the recorder runs too. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

export async function startSuite(options: SuiteOptions): Promise<Suite> {
  const folder = await mkdtemp(join(tmpdir(), 'slicecast-demo-'));
  const clock = createSteppedClock(liveStartMs);
  const prometheus = await serveRecordedPrometheus({ port: 0, liveStartMs, now: clock.now });
  const env = {
    ...(await environment(folder)),
    ...options.environment,
    LOG_LEVEL: options.logLevel,
  };
  const logger = createLogger({ name: 'slicecast', level: options.logLevel });
  const stores = await openStores(loadEnvironment(StandaloneConfig, env), logger);
  const operatorFile = await demoFile(prometheus.url);
  const configs = loadServiceConfigs(env);
  const standalone = await startStandalone({ configs, operatorFile, ...stores, clock, logger });
  return {
    urls: standalone.urls,
    prometheus,
    clock,
    log: stores.log,
    async stop() {
      await standalone.stop();
      await stores.close();
      await prometheus.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The bundled file, with the recorded server where it is now. */
async function demoFile(prometheusUrl: string): Promise<OperatorFile> {
  const file = await loadYaml(join(root, 'slicecast.yaml'), OperatorFile);
  return {
    ...file,
    sources: file.sources.map((source) => ({ ...source, url: prometheusUrl })),
    actuators: file.actuators.map((actuator) => {
      if (actuator.kind !== 'command') return actuator;
      const argv = actuator.argv.map((part) => (part.startsWith('http') ? prometheusUrl : part));
      return { ...actuator, argv, cwd: root };
    }),
  };
}

async function environment(folder: string): Promise<NodeJS.ProcessEnv> {
  const [sro, ima, featureSelection, forecasting, recorder] = await freePorts(5);
  return {
    DATA_DIR: folder,
    IMA_DATA_DIR: join(folder, 'ima'),
    SRO_PORT: String(sro),
    IMA_PORT: String(ima),
    FEATURE_SELECTION_PORT: String(featureSelection),
    FORECASTING_PORT: String(forecasting),
    RECORDER_PORT: String(recorder),
  };
}

/** Ports that were free a moment ago; all are held until the last is known, so that they differ. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(
    servers.map((server) => new Promise((resolve) => server.close(() => resolve(undefined)))),
  );
  return ports;
}
