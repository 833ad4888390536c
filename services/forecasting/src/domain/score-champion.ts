import type { Score, Scoreboard, Sla, ViolationScore } from '@slicecast/contracts';
import { bootstrapSkill } from '@slicecast/stats';
import { type Contender, meanAbsoluteError } from './choose-champion.ts';
import type { RollingOrigin } from './rolling-origin.ts';
import { scoreIntervals } from './score-intervals.ts';

const blockSeconds = 120;
const resamples = 1000;
const confidence = 0.9;

/** The scoreboard of one mode: every contender's figures over the rolling origins, and the champion's skill. */
export function scoreChampion(
  rolled: RollingOrigin,
  contenders: readonly Contender[],
  options: { stepMs: number; horizonSteps: number; seed: number; sla: Sla },
): Scoreboard {
  const champion = contenders[0];
  const baseline = contenders.find((contender) => contender.baseline);
  if (champion === undefined || baseline === undefined) {
    throw new RangeError('a scoreboard needs a champion and a baseline');
  }
  const skill = skillOf(champion, baseline, rolled, options);
  const intervals = scoreIntervals(champion, rolled, options);
  return {
    champion: champion.name,
    scores: contenders.map((contender) =>
      scoreOf(contender, rolled, contender === champion ? intervals.pinball : null),
    ),
    skill: { baseline: baseline.name, ...skill },
    gated: skill.lower > 0 || (skill.upper >= 0 && tellsViolations(intervals.violation)),
    coverage80: intervals.coverage80,
    coverage95: intervals.coverage95,
    violation: intervals.violation,
  };
}

/** P(violation) with so small a share of the squared error of the usual share is worth to act on. */
const mostBrierRatio = 0.5;

/**
 * From instant to instant a KPI may scatter so much that the median of its last values is as good a point forecast as
 * any, while everybody knows on which side of the bound it will be: what is decided on is that.
 */
function tellsViolations(score: ViolationScore | null): boolean {
  if (score === null || score.climatologyBrier === 0) return false;
  return score.brier <= mostBrierRatio * score.climatologyBrier;
}

function skillOf(
  champion: Contender,
  baseline: Contender,
  rolled: RollingOrigin,
  options: { stepMs: number; seed: number },
) {
  const own: number[] = [];
  const other: number[] = [];
  rolled.actuals.forEach((actual, i) => {
    const mine = Math.abs((champion.values[i] ?? Number.NaN) - actual);
    const theirs = Math.abs((baseline.values[i] ?? Number.NaN) - actual);
    if (!Number.isFinite(mine) || !Number.isFinite(theirs)) return;
    own.push(mine);
    other.push(theirs);
  });
  const total = other.reduce((sum, error) => sum + error, 0);
  const value = total === 0 ? 0 : 1 - own.reduce((sum, error) => sum + error, 0) / total;
  const bounds = bootstrapSkill(Float64Array.from(own), Float64Array.from(other), {
    blockLength: (blockSeconds * 1000) / options.stepMs,
    resamples,
    seed: options.seed,
    confidence,
  });
  return { value, ...bounds };
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
