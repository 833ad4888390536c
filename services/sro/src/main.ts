import { OperatorFile } from '@slicecast/contracts';
import {
  connectDatabase,
  createLogger,
  createMetrics,
  createUnavailableLog,
  loadEnvironment,
  loadYaml,
  readTenantKeys,
  runUntilSignal,
  systemClock,
} from '@slicecast/platform';
import { createSro } from './app.ts';
import { SroConfig } from './config.ts';

const config = loadEnvironment(SroConfig, process.env);
const logger = createLogger({ name: 'sro', level: config.LOG_LEVEL });
const operatorFile = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const database = connectDatabase({ url: config.DATABASE_URL, logger });
const log = createUnavailableLog(
  'a service on its own needs Kafka, which this version does not speak yet; start standalone',
);
const sro = createSro({
  config,
  operatorFile,
  database,
  log,
  clock: systemClock,
  logger,
  tenants: readTenantKeys(operatorFile.tenants, config.INTERNAL_KEY),
  metrics: createMetrics('sro', { process: true }),
});
const url = await sro.start();
logger.info({ url }, 'sro answers');
await runUntilSignal({ logger, parts: [log, database, sro] });
