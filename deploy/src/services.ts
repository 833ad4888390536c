import type { KafkaSettings } from '../../libs/platform/src/log/kafka/kafka-config.ts';
import type { FeatureSelectionConfig } from '../../services/feature-selection/src/config.ts';
import type { ForecastingConfig } from '../../services/forecasting/src/config.ts';
import type { ImaConfig } from '../../services/ima/src/config.ts';
import type { RecorderConfig } from '../../services/recorder/src/config.ts';
import type { SroConfig } from '../../services/sro/src/config.ts';
import { images } from './images.ts';
import { ports, type ServiceName } from './ports.ts';
import type { SecretName, Workload } from './workload.ts';

interface Configs {
  readonly sro: SroConfig & KafkaSettings;
  readonly ima: ImaConfig & KafkaSettings;
  readonly 'feature-selection': FeatureSelectionConfig;
  readonly forecasting: ForecastingConfig & KafkaSettings;
  readonly recorder: RecorderConfig & KafkaSettings;
}

/** A service's row of the table: variables that its schema does not have do not compile. */
interface Row<Config>
  extends Pick<
    Workload,
    'replicas' | 'calls' | 'callsOutside' | 'open' | 'data' | 'memoryMiB' | 'cpuMillis'
  > {
  readonly environment: Readonly<Partial<Record<keyof Config, string>>>;
  readonly secretFiles: Readonly<Partial<Record<`${keyof Config & string}_FILE`, SecretName>>>;
}

const kafka = { KAFKA_BROKERS: `kafka:${ports.kafka}` };
const database = { DATABASE_URL_FILE: 'database-url' } as const;
const inner = { INTERNAL_KEY_FILE: 'internal-key' } as const;
const urlOf = (service: ServiceName) => `http://${service}:${ports[service]}`;

/** The table: what each service is told, whom it calls, and what it takes. */
const rows: { readonly [Name in ServiceName]: Row<Configs[Name]> } = {
  sro: {
    environment: {
      SRO_HOST: '0.0.0.0',
      SRO_PORT: String(ports.sro),
      SRO_URL: urlOf('sro'),
      IMA_URL: urlOf('ima'),
      FORECASTING_URL: urlOf('forecasting'),
      ...kafka,
    },
    secretFiles: { ...database, ...inner },
    replicas: 2,
    calls: ['ima', 'forecasting', 'kafka', 'postgres'],
    // Tenants' callbacks, and the orchestrators behind actuators.
    callsOutside: true,
    open: true,
    memoryMiB: 512,
    cpuMillis: 200,
  },
  ima: {
    environment: {
      IMA_HOST: '0.0.0.0',
      IMA_PORT: String(ports.ima),
      IMA_DATA_DIR: '/var/lib/slicecast/ima',
      IMA_REMOTE_WRITE_URL: `${urlOf('ima')}/receive`,
      FEATURE_SELECTION_URL: urlOf('feature-selection'),
      SRO_URL: urlOf('sro'),
      ...kafka,
    },
    secretFiles: { ...database, ...inner, IMA_RECEIVE_TOKEN_FILE: 'receive-token' },
    replicas: 2,
    calls: ['prometheus', 'feature-selection', 'sro', 'kafka', 'postgres'],
    // The metric sources of the operator's file, and the callbacks of MLO-V2's clients.
    callsOutside: true,
    // MLO-V2's clients, and a Prometheus elsewhere that writes here.
    open: true,
    data: { path: '/var/lib/slicecast/ima', sizeGiB: 10 },
    memoryMiB: 1024,
    cpuMillis: 300,
  },
  'feature-selection': {
    environment: {
      FEATURE_SELECTION_HOST: '0.0.0.0',
      FEATURE_SELECTION_PORT: String(ports['feature-selection']),
    },
    secretFiles: { ...inner },
    replicas: 1,
    calls: [],
    memoryMiB: 2048,
    cpuMillis: 500,
  },
  forecasting: {
    environment: {
      FORECASTING_HOST: '0.0.0.0',
      FORECASTING_PORT: String(ports.forecasting),
      ...kafka,
    },
    secretFiles: { ...database, ...inner },
    replicas: 2,
    calls: ['kafka', 'postgres'],
    memoryMiB: 1024,
    cpuMillis: 500,
  },
  recorder: {
    environment: {
      RECORDER_HOST: '0.0.0.0',
      RECORDER_PORT: String(ports.recorder),
      INFLUX_URL: `http://influxdb:${ports.influxdb}`,
      INFLUX_VERSION: '2',
      INFLUX_ORG: 'slicecast',
      INFLUX_BUCKET: 'slicecast',
      ...kafka,
    },
    secretFiles: { INFLUX_TOKEN_FILE: 'influx-token', ...inner },
    replicas: 2,
    calls: ['kafka', 'influxdb'],
    memoryMiB: 512,
    cpuMillis: 200,
  },
};

/** Slicecast's own services, all of one image. */
export const services = Object.fromEntries(
  Object.entries(rows).map(([name, row]) => [name, workloadOf(name as ServiceName, row)]),
) as Readonly<Record<ServiceName, Workload>>;

function workloadOf(
  name: ServiceName,
  { environment, secretFiles, ...row }: Row<object>,
): Workload {
  return {
    image: images.slicecast,
    args: [name],
    user: 1000,
    port: ports[name],
    environment: {
      ...environment,
      SLICECAST_FILE: '/etc/slicecast/slicecast.yaml',
      LOG_LEVEL: 'info',
    },
    secretFiles,
    configuration: { '/etc/slicecast': 'operator' },
    scratch: ['/tmp'],
    live: { path: '/live' },
    ready: { path: '/ready' },
    ...row,
  };
}
