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
import { createForecasting } from './app.ts';
import { ForecastingConfig } from './config.ts';

const environment = Type.Object({ ...ForecastingConfig.properties, ...kafkaSettings });
const config = loadEnvironment(environment, process.env);
const metrics = createMetrics('forecasting', { process: true });
const logger = createLogger({ name: 'forecasting', level: config.LOG_LEVEL });
const operator = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const database = connectDatabase({ url: config.DATABASE_URL, logger });
const log = openKafkaLog(config, { clientId: 'forecasting', logger, metrics });
const forecasting = createForecasting({
  config,
  database,
  log,
  clock: systemClock,
  logger,
  tenants: readTenantKeys(operator.tenants, config.INTERNAL_KEY),
  metrics,
});
const url = await forecasting.start();
logger.info({ url }, 'forecasting answers');
await runUntilSignal({ logger, parts: [log, database, forecasting] });
