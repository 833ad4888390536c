import { featureId, type Profile, type SliceInput, type SliceInputRow } from '@slicecast/contracts';
import type { FlavorContest } from './slice-forecaster.ts';
import type { TrainedModel } from './trained-model.ts';

/** A flavor whose model drifts, and from when on the record shows the world as it is now. */
export interface Drifting {
  readonly flavorId: number;
  readonly since: number;
}

/** Rows since the drift began that must be there before it is worth to learn from them. */
const fewestRows = 900;
const fewestHorizons = 20;
/** A cycle must have been seen twice before a model can find it at its first origin. */
const cyclesNeeded = 2.2;

/**
 * The flavors that drift, each with the earliest beginning. What goes by the effect does not count: a new model is held
 * against the one in charge by the other two.
 */
export function driftingFlavors(contests: readonly FlavorContest[]): readonly Drifting[] {
  const since = new Map<number, number>();
  for (const { flavorId, mode, driftingSince } of contests) {
    if (driftingSince === null || mode === 'by-effect') continue;
    since.set(flavorId, Math.min(driftingSince, since.get(flavorId) ?? driftingSince));
  }
  return [...since].map(([flavorId, at]) => ({ flavorId, since: at }));
}

/** So many rows since the drift began make a training, `mostRows` at the most. */
export function rowsNeeded(
  {
    stepMs,
    horizonSeconds,
    periodMs,
  }: Pick<TrainedModel, 'stepMs' | 'horizonSeconds' | 'periodMs'>,
  mostRows: number,
): number {
  const horizonSteps = (horizonSeconds * 1000) / stepMs;
  const cycles = (cyclesNeeded * (periodMs ?? 0)) / stepMs;
  return Math.min(mostRows, Math.ceil(Math.max(fewestRows, fewestHorizons * horizonSteps, cycles)));
}

/** When the record holds rows enough, if none is missing; epoch ms. */
export function trainingDueAt(
  since: number,
  model: Parameters<typeof rowsNeeded>[0],
  mostRows: number,
): number {
  return since + rowsNeeded(model, mostRows) * model.stepMs;
}

/** Collects a flavor's rows from the record, in the order of the log, the newest `mostRows`. */
export class RecordedRows {
  readonly #flavorId: number;
  readonly #mostRows: number;
  #rows: SliceInputRow[] = [];
  /** KPI that came after their rows, by instant. */
  readonly #kpi = new Map<number, number>();

  constructor(flavorId: number, mostRows: number) {
    this.#flavorId = flavorId;
    this.#mostRows = mostRows;
  }

  add(input: SliceInput): void {
    if (input.kind === 'kpi') {
      if (input.at >= (this.#rows[0]?.at ?? Number.POSITIVE_INFINITY))
        this.#kpi.set(input.at, input.kpi);
      return;
    }
    if (input.flavorInForce !== this.#flavorId) return;
    if (input.at <= (this.#rows.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) return;
    this.#rows.push(input);
    if (this.#rows.length < 2 * this.#mostRows) return;
    this.#rows = this.#rows.slice(-this.#mostRows);
    const oldest = this.#rows[0]?.at ?? 0;
    for (const at of this.#kpi.keys()) if (at < oldest) this.#kpi.delete(at);
  }

  /** Over the features of the model in charge. */
  profile({ features, stepMs }: Pick<TrainedModel, 'features' | 'stepMs'>): Profile {
    const rows = this.#rows.slice(-this.#mostRows);
    const ids = features.map(featureId);
    return {
      at: rows.map(({ at }) => at),
      stepMs,
      features: [...features],
      columns: ids.map((id) => rows.map((row) => cellOf(row, id))),
      kpi: rows.map(({ at, kpi }) => kpi ?? this.#kpi.get(at) ?? null),
    };
  }
}

function cellOf({ features, values, states }: SliceInputRow, id: string): number | null {
  const index = features.indexOf(id);
  const state = states[index];
  return state === 'fresh' || state === 'late' ? (values[index] ?? null) : null;
}
