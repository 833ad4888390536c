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
import { createSro } from './app.ts';
import { SroConfig } from './config.ts';

const environment = Type.Object({ ...SroConfig.properties, ...kafkaSettings });
const config = loadEnvironment(environment, process.env);
const metrics = createMetrics('sro', { process: true });
const logger = createLogger({ name: 'sro', level: config.LOG_LEVEL });
const operatorFile = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const database = connectDatabase({ url: config.DATABASE_URL, logger });
const log = openKafkaLog(config, { clientId: 'sro', logger, metrics });
const sro = createSro({
  config,
  operatorFile,
  database,
  log,
  clock: systemClock,
  logger,
  tenants: readTenantKeys(operatorFile.tenants, config.INTERNAL_KEY),
  metrics,
});
const url = await sro.start();
logger.info({ url }, 'sro answers');
await runUntilSignal({ logger, parts: [log, database, sro] });
