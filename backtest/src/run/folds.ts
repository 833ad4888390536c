import { gridOf } from '@slicecast/forecasting/domain/profile-series.ts';
import { plainLook } from '@slicecast/forecasting/domain/trained-view.ts';
import { AppError } from '@slicecast/platform';
import type { Rows } from '../read/lay-rows.ts';
import { chooseFeatures } from './choose-features.ts';
import { horizonSteps } from './horizon.ts';
import type { Job } from './job.ts';
import { makeProfile } from './make-profile.ts';

/** Trained on rows before `end`, judged on forecasts made at rows [end, until) of targets before `until`. */
export interface Fold {
  readonly end: number;
  readonly until: number;
}

/** The load's cycle is looked for in this share of the rows, which all folds train on. */
const lookedAtShare = 0.3;
const fewestCycles = 3;
const mostFolds = 5;
/** Without a cycle the folds tile what follows this share. */
const firstShare = 0.4;

/**
 * A split is one fold. Rolling origin: with a cycle in the load, each fold is judged on one cycle and
 * trained on all before it, three at least; without one, on five equal parts of the last 60 %.
 */
export function foldsOf(rows: Rows, job: Job): readonly Fold[] {
  const { length } = rows.at;
  if (job.test.kind === 'split') {
    return [{ end: Math.floor(job.test.share * length), until: length }];
  }
  const period = cycleOf(rows, job);
  const cycles = period === null ? 0 : Math.floor(length / period);
  if (period === null || cycles <= fewestCycles) return equalFolds(length);
  const firstCycle = Math.max(fewestCycles, Math.ceil((lookedAtShare * length) / period));
  const count = Math.min(mostFolds, cycles - firstCycle);
  if (count < 1) return equalFolds(length);
  return Array.from({ length: count }, (_, k) => ({
    end: Math.round((firstCycle + k) * period),
    until: Math.round((firstCycle + k + 1) * period),
  }));
}

function equalFolds(length: number): readonly Fold[] {
  const cut = (k: number) => Math.floor(length * (firstShare + ((1 - firstShare) * k) / mostFolds));
  return Array.from({ length: mostFolds }, (_, k) => ({ end: cut(k), until: cut(k + 1) }));
}

/** In rows, from the first of them alone; null without one. */
function cycleOf(rows: Rows, job: Job): number | null {
  const end = Math.floor(lookedAtShare * rows.at.length);
  const chosen = chooseFeatures(rows, end, job);
  if (chosen instanceof AppError) return null;
  const grid = gridOf(makeProfile(rows, chosen.features, end));
  const { basis } = plainLook(grid, grid.length, {
    stepMs: rows.stepMs,
    horizonSteps: horizonSteps(job.horizonSeconds, rows.stepMs),
  });
  return basis.cycle === null ? null : basis.cycle.period * (end / grid.length);
}
