export { startInfluxdb } from './influxdb.ts';
export { startKafka } from './kafka.ts';
export { startPostgres } from './postgres.ts';
export { type PrometheusOptions, startPrometheus } from './prometheus.ts';
export type { ServerName, ServerProcess } from './server-process.ts';
export { ServerUnavailable } from './server-unavailable.ts';
