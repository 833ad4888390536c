import { startInfluxdb } from './influxdb.ts';
import { startKafka } from './kafka.ts';
import { startPostgres } from './postgres.ts';
import { startPrometheus } from './prometheus.ts';
import type { ServerName, ServerOptions, ServerProcess } from './server-process.ts';

/** The real servers that Slicecast's services talk to, each with the variable that names its address. */
export const servers: Readonly<
  Record<
    ServerName,
    { variable: string; start: (options?: ServerOptions) => Promise<ServerProcess> }
  >
> = {
  kafka: { variable: 'KAFKA_BROKERS', start: startKafka },
  postgres: { variable: 'DATABASE_URL', start: startPostgres },
  influxdb: { variable: 'INFLUX_URL', start: startInfluxdb },
  prometheus: { variable: 'PROMETHEUS_URL', start: startPrometheus },
};
