import type { Profile } from '@slicecast/contracts';
import { train } from '@slicecast/forecasting/domain/train.ts';
import type { TrainedModel } from '@slicecast/forecasting/domain/trained-model.ts';
import { type Look, plainLook, weighedLook } from '@slicecast/forecasting/domain/trained-view.ts';
import { TrainingRefused } from '@slicecast/forecasting/domain/training-refused.ts';
import { AppError } from '@slicecast/platform';
import type { Rows } from '../read/lay-rows.ts';
import { refuse } from '../refuse.ts';
import { type ChosenFeatures, chooseFeatures } from './choose-features.ts';
import type { Fold } from './folds.ts';
import { forecastLive, type LiveForecast } from './forecast-live.ts';
import { forecastRivals, type Rival } from './forecast-rivals.ts';
import { horizonSteps } from './horizon.ts';
import type { Job } from './job.ts';
import { firstRows, makeProfile } from './make-profile.ts';

/** A forecast, and what came. */
export interface Outcome extends LiveForecast {
  /** Row of the target. */
  readonly target: number;
  readonly actual: number;
  /** The KPI at the origin; NaN where it was not measured. */
  readonly now: number;
}

export interface FoldRun {
  readonly fold: Fold;
  readonly chosen: ChosenFeatures;
  readonly model: TrainedModel;
  readonly selectionSeconds: number;
  readonly trainingSeconds: number;
  /** Of the champion, by time; targets of which the KPI was not measured are left out. */
  readonly outcomes: readonly Outcome[];
  /** Targets that were measured and for which no forecast could be made. */
  readonly unanswered: number;
  /** Every model alone, at the same targets. */
  readonly rivals: readonly Rival[];
  /** Of each row, ms. */
  readonly tookMs: Float64Array;
}

/** Selects and trains on the rows before the fold, then forecasts it as if it came live. */
export function runFold(rows: Rows, fold: Fold, job: Job, tell: (what: string) => void): FoldRun {
  const targets = targetsOf(rows, fold, job);
  const begun = performance.now();
  const chosen = chooseFeatures(rows, fold.end, job);
  if (chosen instanceof AppError) throw chosen;
  const selected = performance.now();
  tell(`training on the first ${fold.end} rows`);
  const profile = makeProfile(rows, chosen.features, fold.until);
  const model = trainOn(firstRows(profile, fold.end), rows, job);
  const trained = performance.now();
  tell(`forecasting rows ${fold.end} to ${fold.until}`);
  const { forecasts, tookMs } = forecastLive(model, profile, fold, job);
  const outcomes = forecasts.flatMap((forecast) => {
    const target = targets.get(forecast.row);
    if (target === undefined) return [];
    const actual = rows.kpi[target] ?? Number.NaN;
    return [{ ...forecast, target, actual, now: rows.kpi[forecast.row] ?? Number.NaN }];
  });
  return {
    fold,
    chosen,
    model,
    selectionSeconds: (selected - begun) / 1000,
    trainingSeconds: (trained - selected) / 1000,
    outcomes,
    unanswered: targets.size - outcomes.length,
    rivals: forecastRivals(profile, fold, lookOf(model), job, outcomes),
    tookMs,
  };
}

/** As the model was trained, so that its rivals know of the load what it does. */
function lookOf({ signal }: TrainedModel): Look {
  return signal.weighting === undefined ? plainLook : weighedLook;
}

/** By origin, the row of the target, where the KPI was measured. */
function targetsOf(rows: Rows, { end, until }: Fold, job: Job): ReadonlyMap<number, number> {
  const ahead = horizonSteps(job.horizonSeconds, rows.stepMs) * rows.stepMs;
  const rowAt = new Map<number, number>();
  for (let row = end; row < until; row += 1) rowAt.set(rows.ticksAt[row] ?? Number.NaN, row);
  const targets = new Map<number, number>();
  for (let row = end; row < until; row += 1) {
    const target = rowAt.get((rows.ticksAt[row] ?? Number.NaN) + ahead);
    if (target !== undefined && !Number.isNaN(rows.kpi[target])) targets.set(row, target);
  }
  return targets;
}

function trainOn(
  profile: Profile,
  rows: Rows,
  { horizonSeconds, seed, bound = 0 }: Job,
): TrainedModel {
  const sla = { bound, side: 'upper', complianceRatio: 1, windowSeconds: 3600 } as const;
  const hooks = {
    progress: () => undefined,
    cancelled: () => false,
    elapsedMs: () => performance.now(),
  };
  try {
    return train({ profile, horizonSeconds, sla, seed }, hooks);
  } catch (error) {
    if (!(error instanceof TrainingRefused)) throw error;
    const fault = `no model can be trained on the first ${profile.at.length} of ${rows.at.length} rows: ${error.message}`;
    throw refuse(...fieldAndRemedy(error, fault), error);
  }
}

function fieldAndRemedy({ code }: TrainingRefused, fault: string): [string, string, string] {
  switch (code) {
    case 'kpi-constant':
      return ['--kpi', fault, 'give a recording in which it moves'];
    case 'no-usable-feature':
      return ['--x', fault, 'give metrics that move with the load'];
    case 'horizon-too-short':
      return ['--horizon', fault, 'ask for a longer one'];
    default:
      return [
        '--y',
        fault,
        'give a longer recording, or train on a greater share of it with --split',
      ];
  }
}
