import { readFileSync } from 'node:fs';
import { OperatorFile } from '@slicecast/contracts';
import {
  createLogger,
  loadEnvironment,
  loadYaml,
  runUntilSignal,
  systemClock,
} from '@slicecast/platform';
import { loadServiceConfigs, StandaloneConfig } from './config.ts';
import { openStores } from './open-stores.ts';
import { startStandalone } from './standalone.ts';

const config = loadEnvironment(StandaloneConfig, process.env);
const configs = loadServiceConfigs(process.env);
const logger = createLogger({ name: 'standalone', level: config.LOG_LEVEL });
const operatorFile = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const stores = await openStores(config, logger);
const tenants = operatorFile.tenants?.map(({ id, keyFile }) => ({
  id,
  key: readFileSync(keyFile, 'utf8').trim(),
}));
const { INTERNAL_KEY: internalKey } = configs.ima;
const standalone = await startStandalone({
  configs,
  operatorFile,
  ...stores,
  clock: systemClock,
  logger,
  tenants:
    tenants === undefined
      ? undefined
      : { tenants, ...(internalKey === undefined ? {} : { internalKey }) },
});
logger.info(standalone.urls, 'slicecast answers');
await runUntilSignal({ logger, parts: [stores, standalone] });
