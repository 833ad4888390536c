import type { Contender } from '../choose-champion.ts';
import { estimateAt } from '../estimates.ts';
import { fromScale } from '../kpi-scale.ts';
import { meanAbsoluteError } from '../mean-absolute-error.ts';
import type { OutOfFold, RollingOrigin } from '../rolling-origin.ts';
import type { Member } from './blend.ts';
import {
  learnFromVoices,
  poolVoices,
  startTracking,
  trackedMedian,
  type Voices,
} from './blend-tracking.ts';

/**
 * The blend with the medians that it would have forecast out of fold while it followed how `models` did, each time up to
 * the origin, and where that left its tracking: all of them become members, without a weight those that it did not
 * pick. Its estimates, from which its distribution is learned, stay as they were; so does all where it made no error.
 */
export function trackOutOfFold(
  blend: Contender,
  models: readonly OutOfFold[],
  rolled: RollingOrigin,
): Contender {
  const { scaledActuals: actuals, scales, foldOf, horizonSteps } = rolled;
  const unit = meanAbsoluteError(blend.estimates.middle, actuals);
  if (!(unit > 0)) return blend;
  const members = models.map(({ name }) => memberOf(blend, name));
  const values = new Float64Array(actuals.length);
  const said: Voices[] = [];
  const errors = models.map((model) => meanAbsoluteError(model.estimates.middle, actuals));
  let tracking = startTracking(errors, unit);
  for (let i = 0; i < actuals.length + horizonSteps; i += 1) {
    const past = said[i - horizonSteps];
    const actual = actuals[i - horizonSteps] ?? Number.NaN;
    if (past !== undefined) {
      const state = learnFromVoices(tracking, past, actual, horizonSteps);
      tracking = { ...tracking, state };
    }
    if (i >= actuals.length) continue;
    const own = estimateAt(blend.estimates, i);
    const each = models.map((model) => estimateAt(model.estimates, i));
    const voices = poolVoices(tracking, each, own);
    const median = trackedMedian(tracking.state, voices);
    const scale = scales[foldOf[i] ?? 0];
    said.push(voices);
    values[i] = scale === undefined ? Number.NaN : fromScale(scale, median);
  }
  return { ...blend, members, values, tracking };
}

function memberOf({ members }: Contender, name: string): Member {
  const picked = members.find((member) => member.name === name);
  return picked ?? { name, weight: 0, spreadWeight: 0 };
}
