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
import { createForecasting } from './app.ts';
import { ForecastingConfig } from './config.ts';

const config = loadEnvironment(ForecastingConfig, process.env);
const logger = createLogger({ name: 'forecasting', level: config.LOG_LEVEL });
const operator = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const database = connectDatabase({ url: config.DATABASE_URL, logger });
const log = createUnavailableLog(
  'a service on its own needs Kafka, which this version does not speak yet; start standalone',
);
const forecasting = createForecasting({
  config,
  database,
  log,
  clock: systemClock,
  logger,
  tenants: readTenantKeys(operator.tenants, config.INTERNAL_KEY),
  metrics: createMetrics('forecasting', { process: true }),
});
const url = await forecasting.start();
logger.info({ url }, 'forecasting answers');
await runUntilSignal({ logger, parts: [log, database, forecasting] });
