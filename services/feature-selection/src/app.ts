import {
  createMetrics,
  createServer,
  type Logger,
  type Metrics,
  type Service,
  type TenantKeys,
} from '@slicecast/platform';
import { createThreadSelector } from './adapters/thread-selector.ts';
import type { FeatureSelectionConfig } from './config.ts';
import type { Selector } from './ports.ts';
import { addSelections } from './routes/selections.ts';

export { FeatureSelectionConfig } from './config.ts';

export interface FeatureSelectionOptions {
  readonly config: FeatureSelectionConfig;
  readonly logger: Logger;
  readonly tenants?: TenantKeys | undefined;
  readonly metrics?: Metrics | undefined;
  /** Default: worker threads. */
  readonly selector?: Selector | undefined;
}

/** The service that turns X and Y into K features. It keeps nothing. */
export function createFeatureSelection(options: FeatureSelectionOptions): Service {
  const { config, logger } = options;
  const selector =
    options.selector ??
    createThreadSelector({
      threads: config.FEATURE_SELECTION_THREADS,
      maxQueued: config.FEATURE_SELECTION_MAX_QUEUED,
      timeoutMs: config.FEATURE_SELECTION_TIMEOUT_SECONDS * 1000,
    });
  const server = createServer({
    name: 'feature-selection',
    logger,
    metrics: options.metrics ?? createMetrics('feature-selection'),
    tenants: options.tenants,
    ready: async () => [{ name: 'selection', ok: true, detail: 'takes streams of series' }],
  });
  server.register(async () => {
    addSelections(server, { selector, maxBodyBytes: config.FEATURE_SELECTION_MAX_BODY_BYTES });
  });
  return {
    name: 'feature-selection',
    server,
    start: () =>
      server.listen({ host: config.FEATURE_SELECTION_HOST, port: config.FEATURE_SELECTION_PORT }),
    async stop() {
      await server.close();
      await selector.close();
    },
  };
}
