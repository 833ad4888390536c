import { fetchInfluxdb, startInfluxdb } from './influxdb.ts';
import { fetchKafka, startKafka } from './kafka.ts';
import { findPostgres, startPostgres } from './postgres.ts';
import { findPrometheus, startPrometheus } from './prometheus.ts';
import type { ServerName, ServerProcess } from './server-process.ts';

export interface Server {
  /** The environment variable that gives its address. */
  readonly variable: string;
  /** Fetches its programs where they can be fetched, else looks for them; gives their path. Rejects like `start`. */
  readonly fetch: () => Promise<string>;
  readonly start: () => Promise<ServerProcess>;
}

/** The real servers that Slicecast's services talk to. */
export const servers: Readonly<Record<ServerName, Server>> = {
  kafka: { variable: 'KAFKA_BROKERS', fetch: fetchKafka, start: startKafka },
  postgres: { variable: 'DATABASE_URL', fetch: findPostgres, start: startPostgres },
  influxdb: { variable: 'INFLUX_URL', fetch: fetchInfluxdb, start: startInfluxdb },
  prometheus: { variable: 'PROMETHEUS_URL', fetch: findPrometheus, start: startPrometheus },
};
