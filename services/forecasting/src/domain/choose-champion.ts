import { fromScale } from './kpi-scale.ts';
import type { Mode } from './models/model.ts';
import type { OutOfFold, RollingOrigin } from './rolling-origin.ts';

/** A model or a blend of several, with its out-of-fold forecasts. */
export interface Contender extends OutOfFold {
  /** Names of the models whose forecasts are averaged on the KPI's scale. */
  readonly members: readonly string[];
}

/** Blends of more models gain nothing that the next tick would not cost. */
const mostMembers = 3;

/** Every model of the mode, and blends of the best two and three that are no baselines; best first. */
export function contendersOf(rolled: RollingOrigin, mode: Mode): readonly Contender[] {
  const single = rolled.models
    .filter((model) => model.mode === mode && model.values.some(Number.isFinite))
    .map((model) => ({ ...model, members: [model.name] }));
  const error = (contender: OutOfFold) => meanAbsoluteError(contender.values, rolled.actuals);
  const byError = (a: OutOfFold, b: OutOfFold) => error(a) - error(b);
  const strong = single.filter(({ baseline }) => !baseline).sort(byError);
  const blends: Contender[] = [];
  for (let count = 2; count <= Math.min(mostMembers, strong.length); count += 1) {
    blends.push(blendOf(strong.slice(0, count), rolled));
  }
  return preferThoseThatFollow([...single, ...blends].sort(byError), error);
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

/** Over the rows where both are there; NaN where there are none. */
export function meanAbsoluteError(forecasts: Float64Array, actuals: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < actuals.length; i += 1) {
    const error = Math.abs((forecasts[i] ?? Number.NaN) - (actuals[i] ?? Number.NaN));
    if (!Number.isFinite(error)) continue;
    sum += error;
    count += 1;
  }
  return count === 0 ? Number.NaN : sum / count;
}

function blendOf(members: readonly Contender[], rolled: RollingOrigin): Contender {
  const forecasts = new Float64Array(rolled.actuals.length);
  const values = new Float64Array(rolled.actuals.length);
  for (let i = 0; i < forecasts.length; i += 1) {
    const sum = members.reduce((total, member) => total + (member.forecasts[i] ?? 0), 0);
    const scale = rolled.scales[rolled.foldOf[i] ?? 0];
    forecasts[i] = sum / members.length;
    values[i] = scale === undefined ? Number.NaN : fromScale(scale, forecasts[i] ?? 0);
  }
  const names = members.map(({ name }) => name);
  return {
    name: names.join(' + '),
    members: names,
    mode: members[0]?.mode ?? 'x-alone',
    baseline: false,
    followsLoad: members.some((member) => member.followsLoad),
    forecasts,
    values,
    trainingSeconds: members.reduce((sum, member) => sum + member.trainingSeconds, 0),
  };
}
