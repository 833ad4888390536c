import { OperatorFile } from '@slicecast/contracts';
import {
  createLogger,
  loadEnvironment,
  loadYaml,
  readTenantKeys,
  runUntilSignal,
  systemClock,
} from '@slicecast/platform';
import { loadServiceConfigs, StandaloneConfig } from './config.ts';
import { openStores } from './open-stores.ts';
import { startStandalone } from './standalone.ts';

const config = loadEnvironment(StandaloneConfig, process.env);
const configs = loadServiceConfigs(process.env);
const logger = createLogger({
  name: 'standalone',
  level: config.LOG_LEVEL,
  pretty: process.stdout.isTTY === true,
});
const operatorFile = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const stores = await openStores(config, logger);
const standalone = await startStandalone({
  configs,
  operatorFile,
  ...stores,
  clock: systemClock,
  logger,
  tenants: readTenantKeys(operatorFile.tenants, configs.ima.INTERNAL_KEY),
});
logger.info(standalone.urls, 'slicecast answers');
await runUntilSignal({ logger, parts: [stores, standalone] });
