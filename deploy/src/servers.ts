import { images } from './images.ts';
import { ports, serviceNames } from './ports.ts';
import type { Workload } from './workload.ts';

export type ServerName =
  | 'kafka'
  | 'postgres'
  | 'influxdb'
  | 'prometheus'
  | 'grafana'
  | 'node-exporter';

const one = { replicas: 1, cpuMillis: 100 };
// With the host: while InfluxDB sets itself up, its client would ask the server that does so.
const influxAnswers = ['influx', 'ping', '--host', `http://127.0.0.1:${ports.influxdb}`];
// Over TCP: while it sets itself up, PostgreSQL listens on its socket alone.
const postgresAnswers = ['pg_isready', '-h', '127.0.0.1', '-U', 'slicecast', '-d', 'slicecast'];

/** The servers that the services work with, one of each. */
export const servers: Readonly<Record<ServerName, Workload>> = {
  kafka: {
    ...one,
    image: images.kafka,
    user: 1000,
    port: ports.kafka,
    environment: {
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: `PLAINTEXT://:${ports.kafka},CONTROLLER://127.0.0.1:9093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://kafka:${ports.kafka}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@127.0.0.1:9093',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_LOG_DIRS: '/var/lib/kafka/data/log',
      KAFKA_HEAP_OPTS: '-Xms512m -Xmx512m',
    },
    data: { path: '/var/lib/kafka/data', sizeGiB: 20 },
    scratch: ['/tmp', '/opt/kafka/config', '/opt/kafka/logs'],
    live: { tcp: ports.kafka },
    ready: { tcp: ports.kafka },
    calls: [],
    memoryMiB: 1024,
    cpuMillis: 300,
  },
  postgres: {
    ...one,
    image: images.postgres,
    user: 999,
    port: ports.postgres,
    environment: {
      POSTGRES_USER: 'slicecast',
      POSTGRES_DB: 'slicecast',
      PGDATA: '/var/lib/postgresql/data/pgdata',
    },
    secretFiles: { POSTGRES_PASSWORD_FILE: 'database-password' },
    data: { path: '/var/lib/postgresql/data', sizeGiB: 10 },
    scratch: ['/tmp', '/var/run/postgresql'],
    live: { command: postgresAnswers },
    ready: { command: postgresAnswers },
    calls: [],
    memoryMiB: 512,
  },
  influxdb: {
    ...one,
    image: images.influxdb,
    user: 1000,
    port: ports.influxdb,
    environment: {
      DOCKER_INFLUXDB_INIT_MODE: 'setup',
      DOCKER_INFLUXDB_INIT_USERNAME: 'slicecast',
      DOCKER_INFLUXDB_INIT_ORG: 'slicecast',
      DOCKER_INFLUXDB_INIT_BUCKET: 'slicecast',
      DOCKER_INFLUXDB_INIT_RETENTION: '720h',
      INFLUXD_REPORTING_DISABLED: 'true',
    },
    secretFiles: {
      DOCKER_INFLUXDB_INIT_PASSWORD_FILE: 'influx-password',
      DOCKER_INFLUXDB_INIT_ADMIN_TOKEN_FILE: 'influx-token',
    },
    data: { path: '/var/lib/influxdb2', sizeGiB: 20 },
    scratch: ['/tmp', '/etc/influxdb2'],
    live: { command: influxAnswers },
    ready: { command: influxAnswers },
    calls: [],
    memoryMiB: 1024,
  },
  prometheus: {
    ...one,
    image: images.prometheus,
    args: [
      '--config.file=/etc/prometheus/prometheus.yml',
      '--storage.tsdb.path=/prometheus',
      '--storage.tsdb.retention.time=15d',
    ],
    user: 65_534,
    port: ports.prometheus,
    environment: {},
    configuration: { '/etc/prometheus': 'prometheus' },
    data: { path: '/prometheus', sizeGiB: 20 },
    scratch: ['/tmp'],
    live: { path: '/-/healthy' },
    ready: { path: '/-/ready' },
    // It scrapes them, and may write to ima.
    calls: [...serviceNames, 'node-exporter'],
    memoryMiB: 1024,
  },
  grafana: {
    ...one,
    image: images.grafana,
    user: 472,
    port: ports.grafana,
    environment: {
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
      GF_PLUGINS_PREINSTALL_DISABLED: 'true',
      INFLUX_URL: `http://influxdb:${ports.influxdb}`,
      INFLUX_ORG: 'slicecast',
      INFLUX_BUCKET: 'slicecast',
    },
    secretFiles: { GF_SECURITY_ADMIN_PASSWORD__FILE: 'grafana-password' },
    secrets: ['influx-token'],
    configuration: {
      '/etc/grafana/provisioning/datasources': 'grafana-datasources',
      '/etc/grafana/provisioning/dashboards': 'grafana-providers',
      '/var/lib/grafana/dashboards/slicecast': 'grafana-dashboards',
    },
    data: { path: '/var/lib/grafana', sizeGiB: 1 },
    scratch: ['/tmp'],
    live: { path: '/api/health' },
    ready: { path: '/api/health' },
    calls: ['influxdb'],
    open: true,
    memoryMiB: 512,
  },
  'node-exporter': {
    ...one,
    image: images.nodeExporter,
    args: [
      '--path.rootfs=/host',
      '--path.procfs=/host/proc',
      '--path.sysfs=/host/sys',
      '--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run|var/lib/(docker|containers|kubelet))($|/)',
    ],
    user: 65_534,
    port: ports['node-exporter'],
    environment: {},
    scratch: [],
    live: { path: '/' },
    ready: { path: '/' },
    calls: [],
    memoryMiB: 128,
    cpuMillis: 50,
  },
};
