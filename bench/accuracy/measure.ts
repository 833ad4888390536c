import type { Profile } from '@slicecast/contracts';
import { median, sortedQuantile } from '@slicecast/stats';
import {
  forecastProfile,
  type ReplayedForecast,
  type ReplayOptions,
} from '../../services/forecasting/src/domain/backtest/forecast-profile.ts';
import {
  type ForecastScores,
  type Judged,
  scoreForecasts,
} from '../../services/forecasting/src/domain/backtest/score-forecasts.ts';
import type { Told } from '../../services/forecasting/src/domain/score-probability.ts';
import { train } from '../../services/forecasting/src/domain/train.ts';
import type { TrainedModel } from '../../services/forecasting/src/domain/trained-model.ts';
import { rowsOf, sla } from '../recorded-profile.ts';

export interface Training {
  readonly model: TrainedModel;
  /** On the wall and of the processor: another process may have it in between. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Trains on the rows before `cut`. */
export function trainOn(profile: Profile, cut: number, horizonSeconds = 30): Training {
  const hooks = { progress: () => undefined, cancelled: () => false };
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const model = train({ profile: rowsOf(profile, 0, cut), horizonSeconds, sla, seed: 1 }, hooks);
  const { user, system } = process.cpuUsage(cpu);
  return {
    model,
    seconds: (performance.now() - begun) / 1000,
    cpuSeconds: (user + system) / 1e6,
  };
}

/** Of the targets, in time order: which were forecast at this level of the load, and of those which lay inside. */
export interface LevelCoverage {
  readonly counted: Float64Array;
  readonly inside80: Float64Array;
  readonly inside95: Float64Array;
}

export interface Measured extends ForecastScores {
  /** For the lower, middle and upper third of the load seen at the origin. */
  readonly levels: readonly LevelCoverage[];
  readonly crossings: number;
  /** P(KPI > bound) as told and what came, and what the training part's share would have told. */
  readonly bound: number;
  readonly told: readonly Told[];
}

/** A bound to judge probabilities by, and the share of the training rows above it. */
export interface Bound {
  readonly value: number;
  readonly usual: number;
}

/** From the rows before `cut`: the SLA's bound, or, where that says little, the 90 % quantile of the KPI. */
export function boundOf(profile: Profile, cut: number, kind: 'sla' | 'q90'): Bound {
  const known = Float64Array.from(profile.kpi.slice(0, cut).filter((value) => value !== null));
  const value = kind === 'sla' ? sla.bound : sortedQuantile(known.sort(), 0.9);
  return { value, usual: known.filter((kpi) => kpi > value).length / known.length };
}

export interface Truth {
  readonly profile: Profile;
  /** Row `i` of what was seen is row `i + shift` here. */
  readonly shift: number;
}

/** Replays rows [from, to) of a profile and judges the forecasts whose target is known, against `truth`. */
export function measure(
  model: TrainedModel,
  profile: Profile,
  options: Omit<ReplayOptions, 'sla'>,
  bound: Bound,
  truth: Truth = { profile, shift: 0 },
): Measured {
  const { value, usual } = bound;
  const forecasts = forecastProfile(model, profile, { ...options, sla: { ...sla, bound: value } });
  const h = model.horizonSeconds;
  const judged = forecasts.flatMap((forecast) => {
    const target = forecast.row + h + truth.shift;
    const actual = truth.profile.kpi[target] ?? null;
    return actual === null ? [] : [{ ...forecast, actual, target }];
  });
  return {
    ...scoreForecasts(judged),
    levels: byLoad(profile, judged),
    crossings: crossingScore(truth.profile, judged),
    bound: value,
    told: judged.map(({ violationProbability: said, actual }) => {
      return { said, usual, came: actual > value };
    }),
  };
}

function byLoad(
  profile: Profile,
  judged: readonly (Judged & ReplayedForecast)[],
): readonly LevelCoverage[] {
  const loads = loadOf(profile);
  const at = judged.map(({ row }) => loads[row] ?? Number.NaN);
  const sorted = Float64Array.from(at).sort();
  const edges = [sortedQuantile(sorted, 1 / 3), sortedQuantile(sorted, 2 / 3)] as const;
  const levelOf = (load: number) => Number(load > edges[0]) + Number(load > edges[1]);
  return [0, 1, 2].map((level) => {
    const counted = Float64Array.from(at, (load) => Number(levelOf(load) === level));
    const inside = (low: 'q10' | 'q025', high: 'q90' | 'q975') =>
      Float64Array.from(judged, ({ quantiles, actual }, k) => {
        const isInside = actual >= quantiles[low] && actual <= quantiles[high];
        return isInside ? (counted[k] ?? 0) : 0;
      });
    return { counted, inside80: inside('q10', 'q90'), inside95: inside('q025', 'q975') };
  });
}

/** The median of the columns, each divided by its largest value. */
function loadOf(profile: Profile): readonly number[] {
  const largest = profile.columns.map((column) =>
    Math.max(...column.map((value) => value ?? Number.NEGATIVE_INFINITY)),
  );
  return profile.at.map((_, row) =>
    median(profile.columns.map((column, c) => (column[row] ?? Number.NaN) / (largest[c] || 1))),
  );
}

const smoothingReach = 7;

/** F1 score of (forecast ≥ bound), the actual KPI smoothed by a centred median of 15 s, seconds counted. */
function crossingScore(
  profile: Profile,
  judged: readonly { readonly quantiles: { readonly q50: number }; readonly target: number }[],
): number {
  let hits = 0;
  let errors = 0;
  for (const { quantiles, target } of judged) {
    const around = profile.kpi.slice(
      Math.max(0, target - smoothingReach),
      target + smoothingReach + 1,
    );
    const over = median(around.map((value) => value ?? Number.NaN)) >= sla.bound;
    const said = quantiles.q50 >= sla.bound;
    if (over && said) hits += 1;
    else if (over !== said) errors += 1;
  }
  return (2 * hits) / (2 * hits + errors);
}
