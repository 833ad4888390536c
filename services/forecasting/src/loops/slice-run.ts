import type { SliceForecast, SliceInput, SliceState } from '@slicecast/contracts';
import { type Static, Type } from 'typebox';
import type { ContestScore, ContestWatch, Turn } from '../domain/contest/contest-watch.ts';
import { LiveScore } from '../domain/live-score.ts';
import type { LiveFigures, Outcome } from '../domain/newest-outcomes.ts';
import {
  createSliceForecaster,
  type FlavorContest,
  type SliceForecaster,
} from '../domain/slice-forecaster.ts';
import type { TrainedModel } from '../domain/trained-model.ts';

/** By flavor id. */
export type SliceModels = ReadonlyMap<
  number,
  { readonly modelId: string; readonly model: TrainedModel }
>;

/** What a checkpoint message's `state` holds. */
export const StoredCheckpoint = Type.Object({
  /** The last input that went into it. */
  partition: Type.Integer({ minimum: 0 }),
  offset: Type.Integer({ minimum: 0 }),
  /** By flavor id: the model, and what it learned. */
  flavors: Type.Record(
    Type.String(),
    Type.Object({ modelId: Type.String(), state: Type.Unknown() }),
  ),
});
export type StoredCheckpoint = Static<typeof StoredCheckpoint>;

/** What one input gave. */
export interface Stepped {
  /** Null for a KPI, and for a row whose tick was taken already. */
  readonly message: SliceForecast | null;
  /** How the forecast turned out whose target this input brought. */
  readonly outcome: Outcome | undefined;
  /** How champions and challengers did on it. */
  readonly scores: readonly ContestScore[];
  /** Where it was seen that a champion drifts, or does not any more, or another one came in charge. */
  readonly turns: readonly Turn[];
}

export interface RunStatus {
  /** Made of the newest row, whether it was published or not. */
  readonly lastMessage: SliceForecast | null;
  /** Ticks of the KPI's past under the flavor in force, of those its champion needs. */
  readonly knownKpi: { readonly have: number; readonly need: number } | null;
  /** Rows seen, of those in the longest window. */
  readonly rows: { readonly have: number; readonly need: number };
  /** Rows since a KPI came. */
  readonly rowsWithoutKpi: number;
  readonly live: LiveFigures | null;
  readonly contests: readonly FlavorContest[];
  readonly work: RunWork;
}

/** Time that steps took, and how much of it the challengers did; since this process took the slice up. */
export interface RunWork {
  readonly stepMs: number;
  readonly challengerMs: number;
}

/** The models failed on their input: the same input would fail again. */
export class BrokenRun extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'BrokenRun';
  }
}

/** One slice at work: its forecaster, fed in the order of the log. */
export class SliceRun {
  readonly models: SliceModels;
  readonly #forecaster: SliceForecaster;
  readonly #score: LiveScore;
  readonly #stepMs: number;
  /** Offset of the newest input that was taken. */
  appliedUntil = -1;
  /** Ticks up to it were published before this run was recovered. */
  publishedUntil = Number.NEGATIVE_INFINITY;
  /** When the state was last checkpointed; undefined: never with these models. */
  checkpointedAt: number | undefined;
  #lastMessage: SliceForecast | null = null;
  #rows = 0;
  #rowsWithoutKpi = 0;
  #scores: ContestScore[] = [];
  #turns: Turn[] = [];
  #work = { stepMs: 0, challengerMs: 0 };

  constructor(models: SliceModels) {
    this.models = models;
    const watch = this.#watch();
    this.#forecaster = unbroken(() => createSliceForecaster({ models, watch }));
    this.#stepMs = Math.max(1, ...[...models.values()].map(({ model }) => model.stepMs));
    this.#score = new LiveScore(this.#stepMs);
  }

  get windowMs(): number {
    return this.#forecaster.windowMs;
  }

  /** Takes an input from before the checkpoint, or from before anything was learned. */
  warm(input: SliceInput): void {
    unbroken(() => this.#forecaster.warm(input));
    this.#seen(input);
  }

  step(input: SliceInput, slice: SliceState): Stepped {
    this.#scores = [];
    this.#turns = [];
    const begun = performance.now();
    const message = unbroken(() => this.#forecaster.step(input, slice));
    this.#work.stepMs += performance.now() - begun;
    this.#seen(input);
    const outcome = input.kpi === undefined ? undefined : this.#score.observed(input.at, input.kpi);
    if (message !== null) {
      this.#score.published(message);
      this.#lastMessage = message;
    }
    return { message, outcome, scores: this.#scores, turns: this.#turns };
  }

  /** The state after the input at `position`, as JSON. */
  checkpoint(position: { partition: number; offset: number }): StoredCheckpoint {
    const { flavors } = this.#forecaster.checkpoint();
    const learned = [...this.models].map(([flavorId, { modelId }]) => {
      return [String(flavorId), { modelId, state: flavors[String(flavorId)] }];
    });
    return { ...position, flavors: Object.fromEntries(learned) };
  }

  /** Takes over what the flavors learned that have the same model; the others begin anew. */
  restore(checkpoint: StoredCheckpoint): void {
    const kept = Object.entries(checkpoint.flavors).filter(([flavorId, { modelId }]) => {
      return this.models.get(Number(flavorId))?.modelId === modelId;
    });
    const flavors = Object.fromEntries(kept.map(([flavorId, { state }]) => [flavorId, state]));
    unbroken(() => this.#forecaster.restore({ flavors }));
  }

  status(): RunStatus {
    const need = Math.ceil(this.windowMs / this.#stepMs);
    return {
      lastMessage: this.#lastMessage,
      knownKpi: this.#forecaster.knownKpi(),
      rows: { have: Math.min(need, this.#rows), need },
      rowsWithoutKpi: this.#rowsWithoutKpi,
      live: this.#score.figures(),
      contests: this.contests(),
      work: { ...this.#work },
    };
  }

  /** Of the newest row; undefined before the first. */
  get lastAt(): number | undefined {
    return this.#lastMessage?.at;
  }

  contests(): readonly FlavorContest[] {
    return this.#forecaster.contests();
  }

  #watch(): ContestWatch {
    return {
      scored: (score) => this.#scores.push(score),
      turned: (turn) => this.#turns.push(turn),
      elapsedMs: () => performance.now(),
      challenged: (ms) => {
        this.#work.challengerMs += ms;
      },
    };
  }

  #seen(input: SliceInput): void {
    if (input.kind === 'row') this.#rows += 1;
    if (input.kpi !== undefined) this.#rowsWithoutKpi = 0;
    else this.#rowsWithoutKpi += 1;
  }
}

function unbroken<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new BrokenRun(error);
  }
}
