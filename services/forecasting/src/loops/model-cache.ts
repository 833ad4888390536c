import type { TrainedModel } from '../domain/trained-model.ts';
import type { ModelStore } from '../ports.ts';

export type LoadModel = (id: string) => Promise<TrainedModel | undefined>;

/** A model takes about 400 kB; slices hold on to their own. */
const mostModels = 100;

/** Loads each model once while it is among the newest used; a model never changes. */
export function createModelCache(models: ModelStore): LoadModel {
  const cache = new Map<string, TrainedModel>();
  return async (id) => {
    const known = cache.get(id) ?? (await models.load(id));
    if (known === undefined) return undefined;
    cache.delete(id);
    cache.set(id, known);
    const [oldest] = cache.keys();
    if (cache.size > mostModels && oldest !== undefined) cache.delete(oldest);
    return known;
  };
}
