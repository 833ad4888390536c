import type { Job } from '../run/job.ts';
import type { FoldRun } from '../run/run-fold.ts';
import type { Sampling } from '../score/estimate.ts';
import { type ModelScore, scoreModel } from '../score/score-model.ts';
import { scoreboardOf } from './fold-figures.ts';
import { mediansOf } from './medians-of.ts';

export interface ModelFigures extends ModelScore {
  /** Of the one in charge: what it was at each fold. */
  readonly model: string;
  readonly inCharge: boolean;
  readonly baseline: boolean;
  /** Of the longest where there are several; of the one in charge, all that it took to choose it. */
  readonly trainingSeconds: number;
}

/** The one in charge beside every model that answers alone in each fold, the smallest error first. */
export function modelFigures(
  runs: readonly FoldRun[],
  inCharge: ModelScore,
  job: Job,
  sampling: Sampling,
): readonly ModelFigures[] {
  const names = new Set(runs.flatMap(({ rivals }) => rivals.map(({ name }) => name)));
  const alone = [...names].flatMap((name) => modelAlone(name, runs, sampling));
  const champions = new Set(runs.map((run) => scoreboardOf(run, job).champion));
  const own = {
    model: [...champions].join('; '),
    inCharge: true,
    baseline: false,
    ...inCharge,
    trainingSeconds: Math.max(...runs.map(({ trainingSeconds }) => trainingSeconds)),
  };
  return [own, ...alone].sort((a, b) => a.mae - b.mae);
}

function modelAlone(
  model: string,
  runs: readonly FoldRun[],
  sampling: Sampling,
): readonly ModelFigures[] {
  const rivals = runs.flatMap((run) => run.rivals.filter(({ name }) => name === model));
  if (rivals.length < runs.length) return [];
  const folds = runs.map((run, fold) => {
    const own = rivals[fold]?.medians ?? new Float64Array();
    return { ...mediansOf(run, ({ actual }) => actual), medians: own };
  });
  const score = scoreModel(folds, sampling);
  if (score === null) return [];
  const trainingSeconds = Math.max(...rivals.map((rival) => rival.trainingSeconds));
  const baseline = rivals.some((rival) => rival.baseline);
  return [{ model, inCharge: false, baseline, ...score, trainingSeconds }];
}
