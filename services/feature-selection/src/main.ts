import { OperatorFile } from '@slicecast/contracts';
import {
  createLogger,
  createMetrics,
  loadEnvironment,
  loadYaml,
  readTenantKeys,
  runUntilSignal,
} from '@slicecast/platform';
import { createFeatureSelection } from './app.ts';
import { FeatureSelectionConfig } from './config.ts';

const config = loadEnvironment(FeatureSelectionConfig, process.env);
const logger = createLogger({ name: 'feature-selection', level: config.LOG_LEVEL });
const operator = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const service = createFeatureSelection({
  config,
  logger,
  tenants: readTenantKeys(operator.tenants, config.INTERNAL_KEY),
  metrics: createMetrics('feature-selection', { process: true }),
});
const url = await service.start();
logger.info({ url }, 'feature-selection answers');
await runUntilSignal({ logger, parts: [service] });
