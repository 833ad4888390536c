import { normalProbability, normalScore } from '@slicecast/stats';
import {
  adaptationRate,
  type CalibratorState,
  type FiveQuantiles,
  moveTo,
  nominal,
  shareBelow,
} from './calibrator.ts';
import { interpolate } from './interpolate.ts';
import { levelOf, type ResidualQuantiles } from './residual-quantiles.ts';

/** The calibration that is at work, and the one it began with. */
export interface Learning {
  readonly residuals: ResidualQuantiles;
  readonly state: CalibratorState;
  readonly trained: CalibratorState;
}

/**
 * Learns from a forecast whose target will never be seen, because its flavor was left. To drop it would be to
 * learn from a choice: a flavor is left when the KPI comes out worse than was thought, so the forecasts
 * that are seen turn out better, and P(violation) comes to be told too low. Its outcome is taken as
 * training has it, moved by the newest outcome's normal `score` as far as the two go together
 * (`correlation`): the expected share below each quantile under a Gaussian copula.
 */
export function learnUnseen(
  { residuals, state, trained }: Learning,
  middle: number,
  newest: { readonly score: number; readonly correlation: number },
): void {
  const level = levelOf(residuals, middle);
  const read = state[level];
  if (read === undefined) return;
  const { score, correlation } = newest;
  nominal.forEach((p, k) => {
    const at = read[k] ?? p;
    const usual = normalScore(shareBelow(trained, level, at));
    const scaled = (usual - correlation * score) / Math.sqrt(1 - correlation ** 2);
    moveTo(read, k, at + adaptationRate * (p - normalProbability(scaled)));
  });
}

/**
 * The normal score of an outcome by what training knew, read off the forecast's quantiles (`readQuantiles`); beyond
 * the outer ones it is theirs.
 */
export function outcomeScore(
  { residuals, state, trained }: Learning,
  past: { readonly middle: number; readonly quantiles: FiveQuantiles },
  actual: number,
): number {
  const level = levelOf(residuals, past.middle);
  const scores = nominal.map((p, k) =>
    normalScore(shareBelow(trained, level, state[level]?.[k] ?? p)),
  );
  return interpolate(past.quantiles, scores, actual);
}
