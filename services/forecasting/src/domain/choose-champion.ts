import { bestBlend } from './blend/best-blend.ts';
import type { Member } from './blend/blend.ts';
import type { Tracking } from './blend/blend-tracking.ts';
import { trackOutOfFold } from './blend/track-out-of-fold.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import type { Mode } from './models/model.ts';
import { isProvenWorse } from './proven-worse.ts';
import type { OutOfFold, RollingOrigin } from './rolling-origin.ts';

/** A model or a blend of several, with its out-of-fold forecasts. */
export interface Contender extends OutOfFold {
  readonly members: readonly Member[];
  /** Of a blend whose KPI streams: its values were made while it followed how its members did, its estimates were not. */
  readonly tracking?: Tracking;
}

/**
 * Every model of the mode, and the blend of those that may enter one; best first, those that compare with nobody last.
 * The blend comes first unless the best single model is proven better: leading by a little, that one was mostly lucky.
 */
export function contendersOf(rolled: RollingOrigin, mode: Mode): readonly Contender[] {
  const single = rolled.models
    .filter((model) => model.mode === mode && model.values.some(Number.isFinite))
    .map((model) => ({ ...model, members: [aloneIn(model)] }));
  const able = thoseAble(single);
  // On the KPI's scale: in its own unit a few bursts, which nobody saw coming, would choose.
  const compared = fairActuals(able, rolled.scaledActuals);
  const error = ({ estimates }: OutOfFold) => meanAbsoluteError(estimates.middle, compared);
  const strong = able.filter(({ blended }) => blended);
  const blends = strong.length === 0 ? [] : [bestBlend(strong, rolled, compared)];
  const voices = able.filter(({ baseline }) => !baseline);
  const followed = blends.map((blend) =>
    mode === 'live-kpi' ? trackOutOfFold(blend, voices, rolled) : blend,
  );
  const byError = (a: OutOfFold, b: OutOfFold) => orLast(error(a)) - orLast(error(b));
  const singles = able.toSorted(byError);
  const [best] = singles;
  const leads = followed.every(
    (blend) => best === undefined || !isProvenWorse(blend, best, compared, rolled.stepMs),
  );
  const sorted = leads ? [...followed, ...singles] : [...followed, ...singles].sort(byError);
  const unable = single.filter((model) => !able.includes(model)).sort(byError);
  return [...preferThoseThatFollow(sorted, error), ...unable];
}

/** Its residuals were measured in its own spread where it knows one, and so they are read. */
function aloneIn({ name, estimates }: OutOfFold): Member {
  return { name, weight: 1, spreadWeight: estimates.below.some(Number.isFinite) ? 1 : 0 };
}

function orLast(error: number): number {
  return Number.isFinite(error) ? error : Number.POSITIVE_INFINITY;
}

/** A model that forecasts fewer targets than this share of the most compares with nobody: they may be the easy ones. */
const leastShare = 0.8;

function thoseAble(models: readonly Contender[]): readonly Contender[] {
  const counts = models.map(({ values }) => values.filter(Number.isFinite).length);
  const most = Math.max(0, ...counts);
  return models.filter((_, index) => (counts[index] ?? 0) >= leastShare * most);
}

/** The actuals of the targets that all models forecast, so that none is judged on easier ones; NaN elsewhere. */
function fairActuals(models: readonly OutOfFold[], actuals: Float64Array): Float64Array {
  return actuals.map((actual, i) =>
    models.every(({ values }) => Number.isFinite(values[i])) ? actual : Number.NaN,
  );
}

/** Differences within this share are noise. */
const noiseRatio = 1.01;

/**
 * Among contenders that are as good as the best, one that follows the load comes first: a clock
 * alone goes on as if nothing were when the cycle slips or the service is restarted.
 */
function preferThoseThatFollow(
  sorted: readonly Contender[],
  error: (contender: Contender) => number,
): readonly Contender[] {
  const [best] = sorted;
  if (best === undefined || best.followsLoad || best.baseline) return sorted;
  const chosen = sorted.find(
    (contender) => contender.followsLoad && error(contender) <= noiseRatio * error(best),
  );
  if (chosen === undefined) return sorted;
  return [chosen, ...sorted.filter((contender) => contender !== chosen)];
}
