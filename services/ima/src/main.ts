import { OperatorFile } from '@slicecast/contracts';
import {
  connectDatabase,
  createLogger,
  createUnavailableLog,
  loadEnvironment,
  loadYaml,
  readTenantKeys,
  runUntilSignal,
  systemClock,
} from '@slicecast/platform';
import { createIma } from './app.ts';
import { ImaConfig } from './config.ts';

const config = loadEnvironment(ImaConfig, process.env);
const logger = createLogger({ name: 'ima', level: config.LOG_LEVEL });
const operator = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const database = connectDatabase({ url: config.DATABASE_URL, logger });
const log = createUnavailableLog(
  'a service on its own needs Kafka, which this version does not speak yet; start standalone',
);
const ima = createIma({
  config,
  sources: operator.sources,
  allowPrivateCallbacks: operator.callbacks?.allowPrivateAddresses ?? false,
  database,
  log,
  clock: systemClock,
  logger,
  tenants: readTenantKeys(operator.tenants, config.INTERNAL_KEY),
});
const url = await ima.start();
logger.info({ url }, 'ima answers');
await runUntilSignal({ logger, parts: [log, database, ima] });
