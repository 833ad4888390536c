import { type Estimates, emptyEstimates, setEstimate } from './estimates.ts';
import { fromScale, type KpiScale } from './kpi-scale.ts';
import { models } from './models/index.ts';
import type { Mode, Model } from './models/model.ts';
import type { ProfileGrid } from './profile-series.ts';
import type { Clocked, Look } from './trained-view.ts';

/** One origin: fitted on what lies before `end`, judged on the targets in [end, until). */
export interface Fold {
  readonly end: number;
  readonly until: number;
}

/** Forecasts of one model at every judged target, in order; the scales may differ from fold to fold. */
export interface OutOfFold {
  readonly name: string;
  readonly mode: Mode;
  readonly baseline: boolean;
  readonly blended: boolean;
  readonly followsLoad: boolean;
  /** On the KPI's scale. */
  readonly estimates: Estimates;
  /** Medians in the KPI's unit. */
  readonly values: Float64Array;
  readonly trainingSeconds: number;
}

export interface RollingOrigin {
  readonly stepMs: number;
  readonly horizonSteps: number;
  readonly actuals: Float64Array;
  /** On the scale of the fold. */
  readonly scaledActuals: Float64Array;
  readonly scales: readonly KpiScale[];
  /** Which scale belongs to each judged target. */
  readonly foldOf: Uint8Array;
  readonly models: readonly OutOfFold[];
}

const firstShare = 0.4;
const latestFirstShare = 0.7;
/** With less of a cycle it could not be found at the first origin, and its models could not compete. */
const cyclesFirst = 2.1;
const foldCount = 4;

/** The origins inside a training part of `length` cells: 40, 55, 70 and 85 % of it, later while its cycles are few. */
export function foldsOf(length: number, period: number | null): readonly Fold[] {
  const cycles = ((period ?? 0) * cyclesFirst) / length;
  const first = Math.max(firstShare, Math.min(latestFirstShare, cycles));
  const cut = (k: number) => Math.floor(length * (first + ((1 - first) * k) / foldCount));
  return Array.from({ length: foldCount }, (_, k) => ({ end: cut(k), until: cut(k + 1) }));
}

/** Called before each fit; may throw to stop. `elapsedMs` is read for the training times alone. */
export interface Watch {
  before(done: number, of: number): void;
  elapsedMs(): number;
}

/** Which models are rolled, in which of their modes, and how they see a part of the profile. */
export interface Rolled {
  readonly models: readonly Model[];
  readonly modes: readonly Mode[];
  readonly look: Look;
}

/** Every model in every mode. */
export function everything(look: Look): Rolled {
  return { models, modes: ['live-kpi', 'x-alone'], look };
}

/** Fits each model anew at each origin and forecasts the targets after it. */
export function rollOrigin(
  grid: ProfileGrid,
  clock: Clocked,
  period: number | null,
  watch: Watch,
  using: Rolled,
): RollingOrigin {
  const folds = foldsOf(grid.length, period);
  const kinds = using.models.flatMap((model) =>
    model.modes.filter((mode) => using.modes.includes(mode)).map((mode) => ({ model, mode })),
  );
  const first = folds[0]?.end ?? 0;
  const judged = grid.length - first;
  const results = kinds.map(({ model, mode }) => ({
    name: model.name,
    mode,
    baseline: model.baseline,
    blended: model.blended,
    followsLoad: model.followsLoad,
    estimates: emptyEstimates(judged),
    values: new Float64Array(judged).fill(Number.NaN),
    trainingSeconds: 0,
  }));
  const scaledActuals = new Float64Array(judged);
  const foldOf = new Uint8Array(judged);
  const scales = folds.map((fold, f) => {
    const seen = using.look(grid, fold.end, clock);
    for (let target = fold.end; target < fold.until; target += 1) {
      scaledActuals[target - first] = seen.series.kpi[target] ?? Number.NaN;
      foldOf[target - first] = f;
    }
    kinds.forEach(({ model, mode }, m) => {
      watch.before(f * kinds.length + m, folds.length * kinds.length);
      const result = results[m];
      const begun = watch.elapsedMs();
      const fitted = model.fit({ ...seen, end: fold.end }, mode);
      if (result === undefined || fitted === null) return;
      result.trainingSeconds += (watch.elapsedMs() - begun) / 1000;
      for (let target = fold.end; target < fold.until; target += 1) {
        const origin = target - clock.horizonSteps;
        const estimate = model.forecast(fitted, seen.instant(origin));
        setEstimate(result.estimates, target - first, estimate);
        result.values[target - first] = fromScale(seen.scale, estimate.middle);
      }
    });
    return seen.scale;
  });
  const actuals = grid.kpi.slice(first);
  const { stepMs, horizonSteps } = clock;
  return { stepMs, horizonSteps, actuals, scaledActuals, scales, foldOf, models: results };
}
