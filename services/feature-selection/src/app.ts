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
import type { SeriesBounds } from './routes/read-series.ts';
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
  const metrics = options.metrics ?? createMetrics('feature-selection');
  const concurrency = config.FEATURE_SELECTION_CONCURRENCY;
  const selector =
    options.selector ??
    createThreadSelector({
      threads: concurrency,
      timeoutMs: config.FEATURE_SELECTION_TIMEOUT_SECONDS * 1000,
    });
  const server = createServer({
    name: 'feature-selection',
    logger,
    metrics,
    tenants: options.tenants,
    ready: async () => [{ name: 'selection', ok: true, detail: 'takes streams of series' }],
  });
  server.register(async () => {
    addSelections(server, { selector, concurrency, metrics, bounds: boundsOf(config) });
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

function boundsOf(config: FeatureSelectionConfig): SeriesBounds {
  return {
    maxBytes: config.FEATURE_SELECTION_MAX_BODY_BYTES,
    maxCandidates: config.FEATURE_SELECTION_MAX_CANDIDATES,
    maxCells: config.FEATURE_SELECTION_MAX_CELLS,
  };
}
