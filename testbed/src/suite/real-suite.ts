import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RecordedPrometheus, serveRecordedPrometheus } from '../recorded-prometheus/serve.ts';
import { writeHistory } from '../recorded-prometheus/text-format.ts';
import { freePort } from '../servers/free-port.ts';
import {
  type ServerName,
  type ServerProcess,
  startInfluxdb,
  startKafka,
  startPostgres,
  startPrometheus,
} from '../servers/servers.ts';
import { recordedOperatorFile } from './operator-file.ts';
import { createServiceProcess, type ServiceName, type ServiceProcess } from './service-process.ts';

/** The suite as its users run it: each service a process of its own, on real servers. */
export interface RealSuite {
  readonly servers: Readonly<Record<ServerName, ServerProcess>>;
  /** Replicas by service; what calls a service calls its first one. */
  readonly services: Readonly<Record<ServiceName, readonly ServiceProcess[]>>;
  /** Base URLs of the first replicas. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** The recording, which the real Prometheus scrapes. */
  readonly prometheus: RecordedPrometheus;
  stop(): Promise<void>;
}

export interface RealSuiteOptions {
  /** Of each service but feature-selection; default 1. */
  readonly replicas?: number;
  /** Where in the recorded live part the clock stands now, seconds after its beginning. */
  readonly liveOffsetSeconds: number;
  readonly logLevel?: string;
  /** Further variables of the services. */
  readonly environment?: NodeJS.ProcessEnv;
  tell?(what: string): void;
}

const names: readonly ServiceName[] = [
  'feature-selection',
  'forecasting',
  'ima',
  'sro',
  'recorder',
];

export async function startRealSuite(options: RealSuiteOptions): Promise<RealSuite> {
  const { tell = () => undefined, liveOffsetSeconds } = options;
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'slicecast-suite-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const liveStartMs = (Math.floor(Date.now() / 1000) - liveOffsetSeconds) * 1000;
    const recorded = await serveRecordedPrometheus({ port: 0, liveStartMs, now: Date.now });
    undo.push(() => recorded.close());
    const servers = await startServers(recorded, folder, undo, tell);
    const services = await createServices(options, servers, recorded, folder);
    const all = names.flatMap((name) => services[name]);
    undo.push(() => Promise.all(all.map((service) => service.process.stop())));
    tell(`starting ${all.length} services`);
    for (const service of all) await service.start();
    for (const service of all) await service.ready();
    const urls = Object.fromEntries(names.map((name) => [name, services[name][0]?.url ?? '']));
    return { servers, services, urls: urls as RealSuite['urls'], prometheus: recorded, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServers(
  recorded: RecordedPrometheus,
  folder: string,
  undo: (() => Promise<unknown>)[],
  tell: (what: string) => void,
): Promise<Record<ServerName, ServerProcess>> {
  const keep = async (starting: Promise<ServerProcess>): Promise<ServerProcess> => {
    const server = await starting;
    undo.push(() => server.stop());
    tell(`${server.name} at ${server.address}`);
    return server;
  };
  const history = join(folder, 'history.om');
  await writeHistory(
    recorded.recording,
    [...recorded.recording.timeline.profiles.values()],
    history,
  );
  return {
    kafka: await keep(startKafka()),
    postgres: await keep(startPostgres()),
    influxdb: await keep(startInfluxdb()),
    prometheus: await keep(startPrometheus({ history, config: scrapeConfig(recorded.url) })),
  };
}

/** The recording's exporter stands for those of all hosts, so its own labels are kept. */
function scrapeConfig(exporterUrl: string): string {
  return `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: recorded
    honor_labels: true
    static_configs: [{ targets: ['${new URL(exporterUrl).host}'] }]
`;
}

async function createServices(
  { replicas = 1, logLevel = 'warn', environment = {} }: RealSuiteOptions,
  servers: Record<ServerName, ServerProcess>,
  recorded: RecordedPrometheus,
  folder: string,
): Promise<Record<ServiceName, readonly ServiceProcess[]>> {
  const portsOf = new Map<ServiceName, number[]>();
  for (const name of names) {
    const count = name === 'feature-selection' ? 1 : replicas;
    portsOf.set(name, await Promise.all(Array.from({ length: count }, freePort)));
  }
  const first = (name: ServiceName) => `http://127.0.0.1:${portsOf.get(name)?.[0]}`;
  const file = join(folder, 'slicecast.yaml');
  await writeFile(file, recordedOperatorFile(servers.prometheus.address, recorded.url));
  const shared = {
    SLICECAST_FILE: file,
    LOG_LEVEL: logLevel,
    KAFKA_BROKERS: servers.kafka.address,
    DATABASE_URL: servers.postgres.address,
    INFLUX_URL: servers.influxdb.address,
    INFLUX_VERSION: '1',
    IMA_DATA_DIR: join(folder, 'ima'),
    SRO_URL: first('sro'),
    IMA_URL: first('ima'),
    FEATURE_SELECTION_URL: first('feature-selection'),
    FORECASTING_URL: first('forecasting'),
    ...environment,
  };
  const make = (name: ServiceName) =>
    (portsOf.get(name) ?? []).map((port) => createServiceProcess(name, port, shared));
  return {
    'feature-selection': make('feature-selection'),
    forecasting: make('forecasting'),
    ima: make('ima'),
    sro: make('sro'),
    recorder: make('recorder'),
  };
}
