import { type Sla, type ViolationScore, violates } from '@slicecast/contracts';
import {
  type CalibratorState,
  learn,
  nominal,
  probabilityAtMost,
  quantilesOf,
  readQuantiles,
  warmCalibrator,
} from './calibrator.ts';
import { estimateAt } from './estimates.ts';
import { fromScale, toScale } from './kpi-scale.ts';
import { fitResidualQuantiles, type ResidualQuantiles } from './residual-quantiles.ts';
import type { OutOfFold, RollingOrigin } from './rolling-origin.ts';
import { scoreProbability, type Told } from './score-probability.ts';

export interface IntervalScore {
  /** Share of the targets inside the 80 and the 95 % interval. */
  readonly coverage80: number;
  readonly coverage95: number;
  /** Mean over the five quantiles, in the KPI's unit; null without targets. */
  readonly pinball: number | null;
  readonly violation: ViolationScore | null;
  /** Squared error of P(violation) at each judged target; NaN where none was told. */
  readonly violationErrors: Float64Array;
}

/**
 * Judges intervals and P(violation) as they would have been live: at each fold after the first, the residuals
 * of the folds before it, calibrated by targets that are past at the origin.
 */
export function scoreIntervals(
  model: OutOfFold,
  rolled: RollingOrigin,
  { horizonSteps, sla }: { readonly horizonSteps: number; readonly sla: Sla },
): IntervalScore {
  const violationErrors = new Float64Array(rolled.actuals.length).fill(Number.NaN);
  const tally: Tally = { inside80: 0, inside95: 0, loss: 0, count: 0, told: [], violationErrors };
  for (let fold = 1; fold < rolled.scales.length; fold += 1) {
    const begin = rolled.foldOf.indexOf(fold);
    const end = rolled.foldOf.lastIndexOf(fold) + 1;
    const known = rolled.scaledActuals.subarray(0, begin);
    const residuals = fitResidualQuantiles(model.estimates, known);
    const state = warmCalibrator(residuals, model.estimates, known);
    judgeFold({ model, rolled, residuals, state, begin, end, horizonSteps, sla }, tally);
  }
  const { count } = tally;
  const violation = scoreProbability(tally.told);
  return {
    violation: violation && { bound: sla.bound, side: sla.side, ...violation },
    coverage80: tally.inside80 / count,
    coverage95: tally.inside95 / count,
    pinball: count === 0 ? null : tally.loss / count,
    violationErrors,
  };
}

interface FoldToJudge {
  readonly model: OutOfFold;
  readonly rolled: RollingOrigin;
  readonly residuals: ResidualQuantiles;
  /** Learns on. */
  readonly state: CalibratorState;
  readonly begin: number;
  readonly end: number;
  readonly horizonSteps: number;
  readonly sla: Sla;
}

interface Tally {
  inside80: number;
  inside95: number;
  loss: number;
  count: number;
  readonly told: Told[];
  readonly violationErrors: Float64Array;
}

function judgeFold(fold: FoldToJudge, tally: Tally): void {
  const { model, rolled, residuals, state, begin, end, horizonSteps, sla } = fold;
  const scale = rolled.scales[rolled.foldOf[begin] ?? 0];
  if (scale === undefined) return;
  const known = rolled.actuals.subarray(0, begin).filter(Number.isFinite);
  const usual = known.filter((kpi) => violates(sla, kpi)).length / known.length;
  const bound = toScale(scale, sla.bound);
  const waiting: { middle: number; quantiles: readonly number[]; actual: number }[] = [];
  for (let i = begin; i < end; i += 1) {
    const estimate = estimateAt(model.estimates, i);
    const { middle } = estimate;
    const actual = rolled.scaledActuals[i] ?? Number.NaN;
    if (!Number.isFinite(middle) || !Number.isFinite(actual)) continue;
    const quantiles = quantilesOf(residuals, state, estimate);
    const [q025 = 0, q10 = 0, , q90 = 0, q975 = 0] = quantiles;
    if (actual >= q10 && actual <= q90) tally.inside80 += 1;
    if (actual >= q025 && actual <= q975) tally.inside95 += 1;
    tally.loss += pinball(
      quantiles.map((q) => fromScale(scale, q)),
      rolled.actuals[i] ?? 0,
    );
    // A bound that a positive KPI cannot reach lies below all of its distribution.
    const atMost = Number.isFinite(bound)
      ? probabilityAtMost(residuals, state, estimate, bound)
      : 0;
    const said = sla.side === 'upper' ? 1 - atMost : atMost;
    const came = violates(sla, rolled.actuals[i] ?? null);
    tally.told.push({ said, usual, came });
    tally.violationErrors[i] = (said - Number(came)) ** 2;
    tally.count += 1;
    waiting.push({ middle, quantiles: readQuantiles(residuals, state, estimate), actual });
    if (waiting.length <= horizonSteps) continue;
    const past = waiting.shift();
    if (past !== undefined) learn(residuals, state, past, past.actual);
  }
}

/** Mean pinball loss of the nominal quantiles. */
function pinball(quantiles: readonly number[], actual: number): number {
  let loss = 0;
  nominal.forEach((p, k) => {
    const error = actual - (quantiles[k] ?? 0);
    loss += Math.max(p * error, (p - 1) * error);
  });
  return loss / nominal.length;
}
