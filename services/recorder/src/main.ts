import { OperatorFile } from '@slicecast/contracts';
import {
  createLogger,
  createMetrics,
  kafkaSettings,
  loadEnvironment,
  loadYaml,
  openKafkaLog,
  readTenantKeys,
  runUntilSignal,
  systemClock,
} from '@slicecast/platform';
import { Type } from 'typebox';
import { createRecorder } from './app.ts';
import { RecorderConfig } from './config.ts';

const environment = Type.Object({ ...RecorderConfig.properties, ...kafkaSettings });
const config = loadEnvironment(environment, process.env);
const metrics = createMetrics('recorder', { process: true });
const logger = createLogger({ name: 'recorder', level: config.LOG_LEVEL });
const operator = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const log = openKafkaLog(config, { clientId: 'recorder', logger, metrics });
const recorder = createRecorder({
  config,
  log,
  clock: systemClock,
  logger,
  tenants: readTenantKeys(operator.tenants, config.INTERNAL_KEY),
  metrics,
});
const url = await recorder.start();
logger.info({ url }, 'recorder answers');
await runUntilSignal({ logger, parts: [log, recorder] });
