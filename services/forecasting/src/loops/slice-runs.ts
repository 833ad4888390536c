import type { SliceState } from '@slicecast/contracts';
import type { Log, Logger } from '@slicecast/platform';
import type { TrainedModel } from '../domain/trained-model.ts';
import type { LoadModel } from './model-cache.ts';
import { type FirstInput, type LostRun, recoverSlices } from './recover-slice.ts';
import { BrokenRun, type SliceModels, type SliceRun } from './slice-run.ts';

/** A slice, and the first input of a batch that is for it. */
export interface SliceAtInput {
  readonly slice: SliceState;
  readonly first: FirstInput;
}

/** The slices at work in this process, each recovered from the record when it is first needed. */
export interface SliceRuns {
  /** Recovers those of a partition's slices that are not at work yet: many cost the record as many reads as one. */
  recover(slices: readonly SliceAtInput[]): Promise<void>;
  /** Undefined when the slice's models cannot be used; `find` says why. */
  of(slice: SliceState, first: FirstInput): Promise<SliceRun | undefined>;
  find(sliceId: number): FoundRun | undefined;
  /** The run failed on an input: it stands still until the slice has other models. */
  broke(slice: SliceState, error: BrokenRun): void;
  /** One slice, or all: what is remembered may be ahead of what is durable. */
  forget(sliceId?: number): void;
}

export interface FoundRun {
  readonly run: SliceRun | undefined;
  /** Why the models, or one of them, cannot be used. */
  readonly trouble: string | undefined;
}

interface Entry extends FoundRun {
  /** The slice's models as its desired state names them. */
  readonly named: string;
  /** Event time from which models that were gone are looked for again. */
  readonly retryAt: number;
}

const retryGoneMs = 60_000;
/** Slices whose models are read from the database at a time. */
const mostLoading = 4;

export function createSliceRuns(log: Log, load: LoadModel, logger: Logger): SliceRuns {
  const entries = new Map<number, Entry>();

  function isCurrent({ slice, first }: SliceAtInput): boolean {
    const known = entries.get(slice.sliceId);
    if (known === undefined || known.named !== namesOf(slice)) return false;
    return known.run !== undefined || first.at < known.retryAt;
  }

  async function recover(slices: readonly SliceAtInput[]): Promise<void> {
    const lost: (LostRun & Pick<Entry, 'trouble' | 'retryAt'>)[] = [];
    const strange = slices.filter((each) => !isCurrent(each));
    for (const { slice, first, models, gone } of await loadAll(strange, load)) {
      const retryAt = first.at + retryGoneMs;
      const trouble = troubleOf(gone);
      if (trouble !== undefined) logger.error({ sliceId: slice.sliceId, gone }, 'models are gone');
      if (models.size > 0) lost.push({ slice, first, models, trouble, retryAt });
      else entries.set(slice.sliceId, { named: namesOf(slice), run: undefined, trouble, retryAt });
    }
    const runs = await recoverSlices(log, lost);
    for (const { slice, trouble, retryAt } of lost) {
      const run = runs.get(slice.sliceId);
      const entry =
        run instanceof BrokenRun
          ? broken(slice, run)
          : { named: namesOf(slice), run, trouble, retryAt };
      entries.set(slice.sliceId, entry);
    }
  }

  function broken(slice: SliceState, error: BrokenRun): Entry {
    logger.error({ err: error, sliceId: slice.sliceId }, 'the models failed on their input');
    return {
      named: namesOf(slice),
      run: undefined,
      trouble: `the models failed on their input: ${error.message}`,
      retryAt: Number.POSITIVE_INFINITY,
    };
  }

  return {
    recover,
    async of(slice, first) {
      // Asked for each input: what is at work already must cost nothing.
      if (!isCurrent({ slice, first })) await recover([{ slice, first }]);
      return entries.get(slice.sliceId)?.run;
    },
    find: (sliceId) => entries.get(sliceId),
    broke(slice, error) {
      entries.set(slice.sliceId, broken(slice, error));
    },
    forget(sliceId) {
      if (sliceId === undefined) entries.clear();
      else entries.delete(sliceId);
    },
  };
}

function troubleOf(gone: readonly string[]): string | undefined {
  if (gone.length === 0) return undefined;
  return `${gone.join(', ')}: not in the store any more, or made by another version`;
}

function namesOf({ trained }: SliceState): string {
  const known = names.get(trained);
  if (known !== undefined) return known;
  const made = trained
    .map(({ flavorId, modelId }) => `${flavorId}:${modelId}`)
    .sort()
    .join();
  names.set(trained, made);
  return made;
}

/** A state stays the same object until a newer one comes. */
const names = new WeakMap<SliceState['trained'], string>();

/** A few side by side: more would wait for the database's connections until they are given up. */
async function loadAll(slices: readonly SliceAtInput[], load: LoadModel) {
  const waiting = slices.values();
  const loaded: (SliceAtInput & Awaited<ReturnType<typeof loadModels>>)[] = [];
  const loadNext = async () => {
    for (const each of waiting) loaded.push({ ...each, ...(await loadModels(each.slice, load)) });
  };
  await Promise.all(Array.from({ length: mostLoading }, loadNext));
  return loaded;
}

async function loadModels(
  slice: SliceState,
  load: LoadModel,
): Promise<{ models: SliceModels; gone: string[] }> {
  const models = new Map<number, { modelId: string; model: TrainedModel }>();
  const gone: string[] = [];
  // In the order of flavors, so that the order of promotions does not show in the messages.
  for (const { flavorId, modelId } of slice.trained.toSorted((a, b) => a.flavorId - b.flavorId)) {
    const model = await load(modelId);
    if (model === undefined) gone.push(modelId);
    else models.set(flavorId, { modelId, model });
  }
  return { models, gone };
}
