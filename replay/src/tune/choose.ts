import type { Trial } from './trial.ts';

/** The trial with the lowest price over all parts; the first of equals. Undefined without any. */
export function cheapestTrial(trials: readonly Trial[]): Trial | undefined {
  let best: Trial | undefined;
  for (const trial of trials) {
    if (best === undefined || total(trial.prices) < total(best.prices)) best = trial;
  }
  return best;
}

/**
 * The best trial, unless the one that stands is as good as it within one standard error of their
 * difference over the parts: with a few cycles most of a small gain is luck, and luck is not taken along.
 */
export function worthwhile(standing: Trial, trials: readonly Trial[]): Trial {
  const best = cheapestTrial(trials) ?? standing;
  const gains = standing.prices.map((price, part) => price - (best.prices[part] ?? price));
  const mean = total(gains) / gains.length;
  if (gains.length < 2) return mean > 0 ? best : standing;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
  return mean > Math.sqrt(variance / gains.length) ? best : standing;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
