import { OperatorFile } from '@slicecast/contracts';
import {
  createLogger,
  createMetrics,
  createUnavailableLog,
  loadEnvironment,
  loadYaml,
  readTenantKeys,
  runUntilSignal,
  systemClock,
} from '@slicecast/platform';
import { createRecorder } from './app.ts';
import { RecorderConfig } from './config.ts';

const config = loadEnvironment(RecorderConfig, process.env);
const logger = createLogger({ name: 'recorder', level: config.LOG_LEVEL });
const operator = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const log = createUnavailableLog(
  'a service on its own needs Kafka, which this version does not speak yet; start standalone',
);
const recorder = createRecorder({
  config,
  log,
  clock: systemClock,
  logger,
  tenants: readTenantKeys(operator.tenants, config.INTERNAL_KEY),
  metrics: createMetrics('recorder', { process: true }),
});
const url = await recorder.start();
logger.info({ url }, 'recorder answers');
await runUntilSignal({ logger, parts: [log, recorder] });
