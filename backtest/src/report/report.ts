import { sortedQuantile } from '@slicecast/stats';
import type { Rows } from '../read/lay-rows.ts';
import type { Job } from '../run/job.ts';
import type { FoldRun } from '../run/run-fold.ts';
import type { Estimated, Sampling } from '../score/estimate.ts';
import { type IntervalScores, scoreIntervals } from '../score/score-intervals.ts';
import { type ModelScore, scoreModel, skillOver } from '../score/score-model.ts';
import { type ProbabilityScore, scoreProbability } from '../score/score-probability.ts';
import { type FoldFigures, foldFigures } from './fold-figures.ts';
import { mediansOf } from './medians-of.ts';
import { type ModelFigures, modelFigures } from './model-figures.ts';

/** All figures of a backtest, JSON. Where there are several folds, their mean. */
export interface Report extends IntervalFigures {
  readonly kpi: string;
  readonly mode: 'live-kpi' | 'x-alone';
  readonly test: 'split' | 'rolling';
  readonly horizonSeconds: number;
  readonly stepSeconds: number;
  readonly rows: number;
  readonly targets: number;
  /** Targets that were measured and could not be forecast. */
  readonly unanswered: number;
  readonly nmae: number | null;
  readonly nmaeBounds: ModelScore['nmaeBounds'];
  readonly mae: number;
  readonly rmse: number;
  readonly r2: number;
  /** Of the KPI as it is at the origin, at the same targets; also where it would not stream. */
  readonly persistenceNmae: number | null;
  readonly persistenceMae: number | null;
  /** 1 − MAE / MAE of persistence. */
  readonly skill: Estimated | null;
  /** Selection apart; of the longest where there are several. */
  readonly trainingSeconds: number;
  readonly selectionSeconds: number;
  readonly forecastMillisecondsMean: number;
  readonly forecastMillisecondsP99: number;
  /** Best first: the one in charge at each fold, and every model alone. */
  readonly models: readonly ModelFigures[];
  readonly folds: readonly FoldFigures[];
  readonly probability: ProbabilityScore | null;
  readonly notes: readonly string[];
}

interface IntervalFigures {
  readonly coverage80: number | null;
  readonly coverage95: number | null;
  /** The same with their bounds, and the intervals' width and pinball loss. */
  readonly intervals: IntervalScores;
}

export function reportOn(kpi: string, rows: Rows, job: Job, runs: readonly FoldRun[]): Report {
  const judged = runs.filter(({ outcomes }) => outcomes.length > 0);
  const sampling: Sampling = { ...job, stepMs: rows.stepMs };
  const own = judged.map((run) => mediansOf(run, ({ quantiles }) => quantiles.q50));
  const persistence = judged.map((run) => mediansOf(run, ({ now }) => now));
  const score = scoreModel(own, sampling);
  if (score === null) throw new RangeError('a report needs a fold with forecasts');
  const still = scoreModel(persistence, sampling);
  const outcomes = judged.map((run) => run.outcomes);
  const intervals = scoreIntervals(outcomes, sampling);
  const took = Float64Array.from(runs.flatMap(({ tookMs }) => [...tookMs])).sort();
  return {
    kpi,
    mode: job.liveKpi ? 'live-kpi' : 'x-alone',
    test: job.test.kind,
    horizonSeconds: job.horizonSeconds,
    stepSeconds: rows.stepMs / 1000,
    rows: rows.at.length,
    targets: sum(judged, (run) => run.outcomes.length),
    unanswered: sum(runs, ({ unanswered }) => unanswered),
    ...score,
    persistenceNmae: still?.nmae ?? null,
    persistenceMae: still?.mae ?? null,
    skill: skillOver(own, persistence, sampling),
    coverage80: intervals.coverage80?.value ?? null,
    coverage95: intervals.coverage95?.value ?? null,
    intervals,
    trainingSeconds: Math.max(...runs.map(({ trainingSeconds }) => trainingSeconds)),
    selectionSeconds: Math.max(...runs.map(({ selectionSeconds }) => selectionSeconds)),
    forecastMillisecondsMean: sum([...took], (ms) => ms) / took.length,
    forecastMillisecondsP99: sortedQuantile(took, 0.99),
    models: modelFigures(judged, score, job, sampling),
    folds: runs.map((run) => foldFigures(run, rows, job)),
    probability:
      job.bound === undefined
        ? null
        : scoreProbability(outcomes, sharesAbove(rows, judged, job.bound), job.bound),
    notes: rows.notes,
  };
}

function sum<T>(some: readonly T[], of: (one: T) => number): number {
  return some.reduce((total, one) => total + of(one), 0);
}

/** Of each fold's training rows in which the KPI was measured. */
function sharesAbove(rows: Rows, runs: readonly FoldRun[], bound: number): readonly number[] {
  return runs.map(({ fold }) => {
    const known = rows.kpi.subarray(0, fold.end).filter(Number.isFinite);
    return known.filter((value) => value > bound).length / known.length;
  });
}
