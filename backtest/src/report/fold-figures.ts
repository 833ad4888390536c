import type { Scoreboard, SelectionReport } from '@slicecast/contracts';
import type { Rows } from '../read/lay-rows.ts';
import type { Job } from '../run/job.ts';
import type { FoldRun } from '../run/run-fold.ts';
import { errorsOf } from '../score/errors.ts';
import { mediansOf } from './medians-of.ts';

export interface FoldFigures {
  readonly trainedRows: number;
  /** Times of the first and the last row that forecasts were made at, as in the input. */
  readonly from: string;
  readonly to: string;
  readonly targets: number;
  readonly nmae: number | null;
  readonly persistenceNmae: number | null;
  readonly champion: string;
  /** Whether it beat its baselines by rolling origin inside the training part: else nothing may act on it. */
  readonly gated: boolean;
  /** By what share of the best baseline's error, with the bounds of that. */
  readonly skillInTraining: Scoreboard['skill'];
  /** Of the load's cycle; null where none was found. */
  readonly periodSeconds: number | null;
  readonly features: readonly string[];
  /** Metrics that are the KPI itself, and therefore no features. */
  readonly kpiNames: readonly string[];
  /** Null where there were no more metrics than asked for. */
  readonly selection: Selection | null;
}

type Selection = Pick<
  SelectionReport,
  'features' | 'refusedCounts' | 'refusals' | 'errorByK' | 'samplesPerSecond'
>;

export function foldFigures(run: FoldRun, rows: Rows, job: Job): FoldFigures {
  const { fold, chosen, model, outcomes } = run;
  const { champion, gated, skill } = scoreboardOf(run, job);
  const own = mediansOf(run, ({ quantiles }) => quantiles.q50);
  const still = mediansOf(run, ({ now }) => now);
  return {
    trainedRows: fold.end,
    from: rows.times[fold.end] ?? '',
    to: rows.times[fold.until - 1] ?? '',
    targets: outcomes.length,
    nmae: errorsOf(own.medians, own.actuals)?.nmae ?? null,
    persistenceNmae: errorsOf(still.medians, still.actuals)?.nmae ?? null,
    champion,
    gated,
    skillInTraining: skill,
    periodSeconds: model.periodMs === null ? null : model.periodMs / 1000,
    features: chosen.features.map(({ series }) => series),
    kpiNames: chosen.kpiNames,
    selection: chosen.selection && selectionOf(chosen.selection),
  };
}

/** What was found in training of the mode that is tested. */
export function scoreboardOf({ model }: FoldRun, { liveKpi }: Job): Scoreboard {
  return (liveKpi ? model.liveKpi : model.xAlone).scoreboard;
}

function selectionOf(report: SelectionReport): Selection {
  const { features, refusedCounts, refusals, errorByK, samplesPerSecond } = report;
  return { features, refusedCounts, refusals, errorByK, samplesPerSecond };
}
