import { type ModelPromotion, type SliceState, topics } from '@slicecast/contracts';
import {
  AppError,
  type Database,
  type Log,
  type Logger,
  type Subscription,
} from '@slicecast/platform';
import { changeSlice } from '../adapters/slice-store.ts';

export interface TakePromotionsOptions {
  readonly database: Database;
  readonly log: Log;
  readonly logger: Logger;
  readonly now: () => number;
  /** Something is in the outbox. */
  published(): void;
}

/**
 * Puts models in charge that were trained anew because of drift and won. Once, however often it is told: a flavor
 * that was profiled anew meanwhile, or has the model already, stays as it is.
 */
export function takePromotions(options: TakePromotionsOptions): Promise<Subscription> {
  return options.log.subscribe({
    group: 'sro-promotions',
    topic: topics.modelPromotions,
    async onBatch(records) {
      for (const { value } of records) await takePromotion(options, value);
    },
  });
}

async function takePromotion(options: TakePromotionsOptions, promotion: ModelPromotion) {
  const { database, logger, now, published } = options;
  const { sliceId, flavorId, modelId, replaces } = promotion;
  let taken = false;
  const change = (state: SliceState) => {
    const next = promoted(state, promotion);
    taken = next !== undefined;
    return next;
  };
  try {
    await database.transaction((tx) => changeSlice(tx, sliceId, change, now()));
  } catch (error) {
    // A slice that was deleted meanwhile has no model to replace.
    if (!(error instanceof AppError && error.status === 404)) throw error;
  }
  const what = taken ? 'a retrained model is in charge' : 'a promotion came too late';
  logger.info({ sliceId, flavorId, modelId, replaces }, what);
  if (taken) published();
}

/** Undefined where the model to be replaced is not in charge. */
export function promoted(
  state: SliceState,
  { tenantId, flavorId, modelId, replaces, stepMs, features }: ModelPromotion,
): SliceState | undefined {
  const standing = state.trained.find((trained) => trained.flavorId === flavorId);
  if (state.tenantId !== tenantId || standing?.modelId !== replaces) return undefined;
  return {
    ...state,
    stepMs,
    trained: state.trained.map((trained) =>
      trained.flavorId === flavorId ? { flavorId, features, modelId } : trained,
    ),
  };
}
