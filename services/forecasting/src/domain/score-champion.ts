import type { Score, Scoreboard, Sla } from '@slicecast/contracts';
import type { Contender } from './choose-champion.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import type { RollingOrigin } from './rolling-origin.ts';
import { scoreIntervals } from './score-intervals.ts';
import { skillOfErrors } from './skill-of-errors.ts';

/**
 * The scoreboard of one mode: every contender's figures over the rolling origins, and the champion's skill. It passes
 * the gate when its error is less than the best baseline's; or when that is open (from instant to instant a KPI
 * may scatter so much that the median of its last values is as good a point forecast as any) and the
 * squared error of its P(violation), which is what is decided on, is less than that of each baseline's.
 */
export function scoreChampion(
  rolled: RollingOrigin,
  contenders: readonly Contender[],
  options: { stepMs: number; horizonSteps: number; seed: number; sla: Sla },
): Scoreboard {
  const champion = contenders[0];
  const baselines = contenders.filter((contender) => contender.baseline);
  const [baseline] = baselines;
  if (champion === undefined || baseline === undefined) {
    throw new RangeError('a scoreboard needs a champion and a baseline');
  }
  const errorsOf = ({ values }: Contender) =>
    rolled.actuals.map((actual, i) => Math.abs((values[i] ?? Number.NaN) - actual));
  const skill = skillOfErrors(errorsOf(champion), errorsOf(baseline), options);
  const intervals = scoreIntervals(champion, rolled, options);
  const tellsBetter = (other: Contender) => {
    const { violationErrors } = scoreIntervals(other, rolled, options);
    return skillOfErrors(intervals.violationErrors, violationErrors, options).lower > 0;
  };
  return {
    champion: champion.name,
    scores: contenders.map((contender) =>
      scoreOf(contender, rolled, contender === champion ? intervals.pinball : null),
    ),
    skill: { baseline: baseline.name, ...skill },
    gated: skill.lower > 0 || (skill.upper >= 0 && baselines.every(tellsBetter)),
    coverage80: intervals.coverage80,
    coverage95: intervals.coverage95,
    violation: intervals.violation,
  };
}

function scoreOf(contender: Contender, rolled: RollingOrigin, pinball: number | null): Score {
  let squares = 0;
  let count = 0;
  let sum = 0;
  let sumSquares = 0;
  rolled.actuals.forEach((actual, i) => {
    const error = (contender.values[i] ?? Number.NaN) - actual;
    if (!Number.isFinite(error)) return;
    squares += error * error;
    count += 1;
    sum += actual;
    sumSquares += actual * actual;
  });
  const mean = sum / count;
  const deviations = sumSquares - count * mean * mean;
  const mae = meanAbsoluteError(contender.values, rolled.actuals);
  const spread = Math.sqrt(deviations / count);
  return {
    model: contender.name,
    mae,
    rmse: Math.sqrt(squares / count),
    nmae: Math.abs(mean) > 0.05 * spread ? mae / Math.abs(mean) : null,
    r2: deviations > 0 ? 1 - squares / deviations : 0,
    pinball,
    trainingSeconds: contender.trainingSeconds,
  };
}
