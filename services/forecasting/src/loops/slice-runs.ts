import type { SliceState } from '@slicecast/contracts';
import type { Log, Logger } from '@slicecast/platform';
import type { TrainedModel } from '../domain/trained-model.ts';
import { type InputPosition, type LoadModel, modelIdsOf, SliceRun } from './slice-run.ts';

/** The slices at work in this process, each recovered from the record when it is first needed. */
export interface SliceRuns {
  /** Undefined when none of the slice's models can be loaded. */
  of(slice: SliceState, at: number, before: InputPosition): Promise<SliceRun | undefined>;
  find(sliceId: number): SliceRun | undefined;
  /** One slice, or all: what is remembered may be ahead of what is durable. */
  forget(sliceId?: number): void;
}

export function createSliceRuns(log: Log, loadModel: LoadModel, logger: Logger): SliceRuns {
  const runs = new Map<number, SliceRun>();
  return {
    async of(slice, at, before) {
      const known = runs.get(slice.sliceId);
      if (known !== undefined && known.modelIds.join() === modelIdsOf(slice).join()) return known;
      const models = await loadModels(slice, loadModel, logger);
      if (models.size === 0) return undefined;
      const run = await SliceRun.recover(log, slice, models, before, at);
      runs.set(slice.sliceId, run);
      return run;
    },
    find: (sliceId) => runs.get(sliceId),
    forget(sliceId) {
      if (sliceId === undefined) runs.clear();
      else runs.delete(sliceId);
    },
  };
}

async function loadModels(slice: SliceState, loadModel: LoadModel, logger: Logger) {
  const models = new Map<number, { modelId: string; model: TrainedModel }>();
  for (const { flavorId, modelId } of slice.trained) {
    const model = await loadModel(modelId);
    if (model !== undefined) models.set(flavorId, { modelId, model });
    else logger.error({ sliceId: slice.sliceId, flavorId, modelId }, 'a promoted model is gone');
  }
  return models;
}
