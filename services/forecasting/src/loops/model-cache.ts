import type { TrainedModel } from '../domain/trained-model.ts';
import type { ModelStore } from '../ports.ts';

export type LoadModel = (id: string) => Promise<TrainedModel | undefined>;

/** A model takes about 400 kB; slices hold on to their own. */
const mostModels = 100;

/**
 * Loads each model once while it is among the newest used, or while anybody holds it: runs that are forgotten and
 * recovered at once find theirs still there. A model never changes.
 */
export function createModelCache(models: Pick<ModelStore, 'load'>): LoadModel {
  const newest = new Map<string, TrainedModel>();
  const held = new Map<string, WeakRef<TrainedModel>>();
  const loading = new Map<string, Promise<TrainedModel | undefined>>();
  const gone = new FinalizationRegistry<string>((id) => {
    if (held.get(id)?.deref() === undefined) held.delete(id);
  });

  async function load(id: string): Promise<TrainedModel | undefined> {
    try {
      const model = await models.load(id);
      if (model === undefined) return undefined;
      held.set(id, new WeakRef(model));
      gone.register(model, id);
      return model;
    } finally {
      loading.delete(id);
    }
  }

  function loadOnce(id: string): Promise<TrainedModel | undefined> {
    const begun = loading.get(id) ?? load(id);
    loading.set(id, begun);
    return begun;
  }

  return async (id) => {
    const model = held.get(id)?.deref() ?? (await loadOnce(id));
    if (model === undefined) return undefined;
    newest.delete(id);
    newest.set(id, model);
    const [oldest] = newest.keys();
    if (newest.size > mostModels && oldest !== undefined) newest.delete(oldest);
    return model;
  };
}
