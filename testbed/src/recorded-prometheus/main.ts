/** The recorded traces as a Prometheus in real time, on its own: `node testbed/src/recorded-prometheus/main.ts`. */
import { createLogger, loadEnvironment, runUntilSignal } from '@slicecast/platform';
import { Type } from 'typebox';
import { serveRecordedPrometheus } from './serve.ts';

const Config = Type.Object({
  RECORDED_PROMETHEUS_HOST: Type.String({ default: '127.0.0.1' }),
  RECORDED_PROMETHEUS_PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 9095 }),
});

const config = loadEnvironment(Config, process.env);
const logger = createLogger({ name: 'recorded-prometheus', level: 'info' });
const now = () => Date.now();
const prometheus = await serveRecordedPrometheus({
  host: config.RECORDED_PROMETHEUS_HOST,
  port: config.RECORDED_PROMETHEUS_PORT,
  liveStartMs: Math.floor(now() / 1000) * 1000,
  now,
});
logger.info({ url: prometheus.url }, 'the recorded traces are served');
await runUntilSignal({ logger, parts: [{ stop: prometheus.close }] });
