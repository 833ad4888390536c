import { OperatorFile } from '@slicecast/contracts';
import {
  connectDatabase,
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
import { createIma } from './app.ts';
import { ImaConfig } from './config.ts';

const environment = Type.Object({ ...ImaConfig.properties, ...kafkaSettings });
const config = loadEnvironment(environment, process.env);
const metrics = createMetrics('ima', { process: true });
const logger = createLogger({ name: 'ima', level: config.LOG_LEVEL });
const operator = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const database = connectDatabase({ url: config.DATABASE_URL, logger });
const log = openKafkaLog(config, { clientId: 'ima', logger, metrics });
const ima = createIma({
  config,
  sources: operator.sources,
  allowPrivateCallbacks: operator.callbacks?.allowPrivateAddresses ?? false,
  database,
  log,
  clock: systemClock,
  logger,
  metrics,
  tenants: readTenantKeys(operator.tenants, config.INTERNAL_KEY),
});
const url = await ima.start();
logger.info({ url }, 'ima answers');
await runUntilSignal({ logger, parts: [log, database, ima] });
