import { median } from '@slicecast/stats';
import type { Rows } from '../read/lay-rows.ts';
import type { FoldRun, Outcome } from '../run/run-fold.ts';

/** What is drawn at one place: of one target, or of as many as fall together. */
export interface PlotPoint {
  /** Epoch ms. */
  readonly x: number;
  readonly forecast: number;
  readonly lower80: number;
  readonly upper80: number;
  readonly lower95: number;
  readonly upper95: number;
  /** The least and the most of what came. */
  readonly least: number;
  readonly most: number;
}

/** More points than the picture has places would only make the file large. */
const mostPoints = 1300;
/** Targets further apart are not joined by a line. */
const joinedSteps = 5;

/** The points by time, in stretches without a gap. */
export function pointsOf(rows: Rows, runs: readonly FoldRun[]): readonly (readonly PlotPoint[])[] {
  const outcomes = runs.flatMap((run) => run.outcomes);
  const each = Math.ceil(outcomes.length / mostPoints);
  const stretches: PlotPoint[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let begin = 0; begin < outcomes.length; begin += each) {
    const some = outcomes.slice(begin, begin + each);
    const x = rows.ticksAt[some[0]?.target ?? 0] ?? Number.NaN;
    if (x - last > joinedSteps * each * rows.stepMs) stretches.push([]);
    stretches.at(-1)?.push(pointOf(x, some));
    last = x;
  }
  return stretches;
}

function pointOf(x: number, some: readonly Outcome[]): PlotPoint {
  const middle = (of: (outcome: Outcome) => number) => median(some.map(of));
  const actuals = some.map(({ actual }) => actual);
  return {
    x,
    forecast: middle(({ quantiles }) => quantiles.q50),
    lower80: middle(({ quantiles }) => quantiles.q10),
    upper80: middle(({ quantiles }) => quantiles.q90),
    lower95: middle(({ quantiles }) => quantiles.q025),
    upper95: middle(({ quantiles }) => quantiles.q975),
    least: Math.min(...actuals),
    most: Math.max(...actuals),
  };
}
