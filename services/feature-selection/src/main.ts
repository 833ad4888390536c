import { readFileSync } from 'node:fs';
import { OperatorFile } from '@slicecast/contracts';
import {
  createLogger,
  createMetrics,
  loadEnvironment,
  loadYaml,
  runUntilSignal,
  type TenantKeys,
} from '@slicecast/platform';
import { createFeatureSelection } from './app.ts';
import { FeatureSelectionConfig } from './config.ts';

const config = loadEnvironment(FeatureSelectionConfig, process.env);
const logger = createLogger({ name: 'feature-selection', level: config.LOG_LEVEL });
const operator = await loadYaml(config.SLICECAST_FILE, OperatorFile);
const service = createFeatureSelection({
  config,
  logger,
  tenants: tenantKeys(),
  metrics: createMetrics('feature-selection', { process: true }),
});
const url = await service.start();
logger.info({ url }, 'feature-selection answers');
await runUntilSignal({ logger, parts: [service] });

function tenantKeys(): TenantKeys | undefined {
  if (operator.tenants === undefined) return undefined;
  const tenants = operator.tenants.map(({ id, keyFile }) => ({
    id,
    key: readFileSync(keyFile, 'utf8').trim(),
  }));
  return config.INTERNAL_KEY === undefined
    ? { tenants }
    : { tenants, internalKey: config.INTERNAL_KEY };
}
