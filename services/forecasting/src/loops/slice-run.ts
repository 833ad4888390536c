import { type SliceForecast, type SliceInput, type SliceState, topics } from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';
import { type LiveFigures, LiveScore } from '../domain/live-score.ts';
import { createSliceForecaster, type SliceForecaster } from '../domain/slice-forecaster.ts';
import type { TrainedModel } from '../domain/trained-model.ts';

/** Where an input stands in its partition. */
export interface InputPosition {
  readonly partition: number;
  readonly offset: number;
}

/** What a checkpoint message's `state` holds. */
export interface StoredCheckpoint {
  /** The last input that went into it. */
  readonly offset: number;
  readonly forecaster: unknown;
}

export type LoadModel = (id: string) => Promise<TrainedModel | undefined>;

export interface SliceStatus {
  readonly lastMessage: SliceForecast | null;
  readonly knownKpi: { readonly have: number; readonly need: number } | null;
  readonly live: LiveFigures | null;
}

/** Calibration looks this many horizons back for a KPI that came late. */
const lateHorizons = 4;

/** One slice at work: its forecaster, fed in the order of the log. */
export class SliceRun {
  readonly modelIds: readonly string[];
  readonly #forecaster: SliceForecaster;
  readonly #score = new LiveScore();
  #lastMessage: SliceForecast | null = null;

  private constructor(modelIds: readonly string[], forecaster: SliceForecaster) {
    this.modelIds = modelIds;
    this.#forecaster = forecaster;
  }

  /**
   * A run as it would stand before the input at `before`, had it never been interrupted: from the newest
   * checkpoint of the same models and the record since, without publishing.
   */
  static async recover(
    log: Log,
    slice: SliceState,
    models: ReadonlyMap<number, { modelId: string; model: TrainedModel }>,
    before: InputPosition,
    now: number,
  ): Promise<SliceRun> {
    const forecaster = createSliceForecaster({ models });
    const run = new SliceRun(modelIdsOf(slice), forecaster);
    const checkpoint = await newestCheckpoint(log, slice, run.modelIds, before);
    if (checkpoint !== undefined) forecaster.restore(checkpoint.state.forecaster);
    const reach = Math.max(forecaster.windowMs, lateHorizons * slice.horizonSeconds * 1000);
    const record = log.readByTime({
      topic: topics.sliceInputs,
      key: String(slice.sliceId),
      fromMs: (checkpoint?.at ?? now) - reach,
      toMs: Number.MAX_SAFE_INTEGER,
      before,
    });
    for await (const { offset, value } of record) {
      const history = checkpoint === undefined || offset <= checkpoint.state.offset;
      if (history) forecaster.warm(value);
      else run.step(value, slice);
    }
    return run;
  }

  /** The message to publish; null when the input gives none. */
  step(input: SliceInput, slice: SliceState): SliceForecast | null {
    const message = this.#forecaster.step(input, slice);
    const inForce = input.kind === 'row' ? input.flavorInForce : this.#lastMessage?.flavorInForce;
    if (input.kpi !== undefined && inForce !== undefined) {
      this.#score.observed(input.at, inForce, input.kpi);
    }
    if (message === null) return null;
    this.#score.published(message);
    this.#lastMessage = message;
    return message;
  }

  checkpoint(offset: number): StoredCheckpoint {
    return { offset, forecaster: this.#forecaster.checkpoint() };
  }

  status(): SliceStatus {
    return {
      lastMessage: this.#lastMessage,
      knownKpi: this.#forecaster.knownKpi(),
      live: this.#score.figures(),
    };
  }
}

/** The models in charge, sorted, so that two lists can be compared. */
export function modelIdsOf(slice: SliceState): readonly string[] {
  return slice.trained.map(({ modelId }) => modelId).sort();
}

async function newestCheckpoint(
  log: Log,
  slice: SliceState,
  modelIds: readonly string[],
  before: InputPosition,
): Promise<{ at: number; state: StoredCheckpoint } | undefined> {
  const record = log.readByTime({
    topic: topics.forecastCheckpoints,
    key: String(slice.sliceId),
    fromMs: 0,
    toMs: Number.MAX_SAFE_INTEGER,
  });
  let newest: { at: number; state: StoredCheckpoint } | undefined;
  for await (const { value } of record) {
    // Written by this service alone, in this form.
    const state = value.state as StoredCheckpoint;
    const same = value.modelIds.join() === modelIds.join();
    if (same && state.offset < before.offset) newest = { at: value.at, state };
  }
  return newest;
}
