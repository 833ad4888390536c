import { topics } from '@slicecast/contracts';
import { every, type Log, type Logger, type Loop, type Metrics } from '@slicecast/platform';
import type { Promotions } from '../ports.ts';

export interface PublishPromotionsOptions {
  readonly promotions: Promotions;
  readonly log: Log;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const periodMs = 2000;
const batch = 100;

/** Tells the log of models that won, at least once: whoever puts them in charge does so once. */
export function publishPromotions(options: PublishPromotionsOptions): Loop {
  const { promotions, log, logger, metrics } = options;
  return every({
    name: 'publish-promotions',
    periodMs,
    logger,
    metrics,
    async run(signal) {
      for (const { trainingId, promotion } of await promotions.waiting(batch)) {
        if (signal.aborted) return;
        const { sliceId, at, modelId, replaces } = promotion;
        await log.append(topics.modelPromotions, [{ key: String(sliceId), at, value: promotion }]);
        await promotions.published(trainingId);
        logger.info({ sliceId, modelId, replaces }, 'a model that was trained anew won');
      }
    },
  });
}
