import { startInfluxdb } from './influxdb.ts';
import { startKafka } from './kafka.ts';
import { startPostgres } from './postgres.ts';
import { startPrometheus } from './prometheus.ts';
import type { ServerName, ServerProcess } from './server-process.ts';

export interface Server {
  /** The environment variable that gives its address. */
  readonly variable: string;
  readonly start: () => Promise<ServerProcess>;
}

/** The real servers that Slicecast's services talk to. */
export const servers: Readonly<Record<ServerName, Server>> = {
  kafka: { variable: 'KAFKA_BROKERS', start: startKafka },
  postgres: { variable: 'DATABASE_URL', start: startPostgres },
  influxdb: { variable: 'INFLUX_URL', start: startInfluxdb },
  prometheus: { variable: 'PROMETHEUS_URL', start: startPrometheus },
};
