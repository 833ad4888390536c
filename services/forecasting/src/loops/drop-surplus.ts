import type { Model } from '@slicecast/contracts';
import { every, type Logger, type Loop, type Metrics } from '@slicecast/platform';
import type { ModelStore, Surplus } from '../ports.ts';

export interface DropSurplusOptions {
  readonly surplus: Surplus;
  readonly models: Pick<ModelStore, 'remove'>;
  /** Undefined while it is not known what the slices use. */
  readonly inUse: (model: Pick<Model, 'id' | 'sliceId'>) => Promise<boolean | undefined>;
  readonly keepModels: number;
  readonly keepTrainings: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const periodMs = 60_000;

/** Removes old trainings and models of which there are too many; a model that a slice uses stays. */
export function dropSurplus(options: DropSurplusOptions): Loop {
  const { surplus, models, inUse, keepModels, keepTrainings, logger, metrics } = options;
  return every({
    name: 'drop-surplus',
    periodMs,
    logger,
    metrics,
    async run(signal) {
      await surplus.dropTrainings(keepTrainings);
      for (const model of await surplus.models(keepModels)) {
        if (signal.aborted) return;
        if ((await inUse(model)) !== false) continue;
        await models.remove(model.tenantId, model.id);
        logger.info({ modelId: model.id, sliceId: model.sliceId }, 'an old model was removed');
      }
    },
  });
}
