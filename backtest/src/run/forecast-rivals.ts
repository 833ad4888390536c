import type { Profile } from '@slicecast/contracts';
import { fromScale } from '@slicecast/forecasting/domain/kpi-scale.ts';
import { models } from '@slicecast/forecasting/domain/models/index.ts';
import { gridOf } from '@slicecast/forecasting/domain/profile-series.ts';
import type { Look } from '@slicecast/forecasting/domain/trained-view.ts';
import type { Fold } from './folds.ts';
import { horizonSteps } from './horizon.ts';
import type { Job } from './job.ts';
import type { Outcome } from './run-fold.ts';

/** A model that stands alone, beside the one in charge. */
export interface Rival {
  readonly name: string;
  readonly baseline: boolean;
  /** Its median for each of the outcomes, in the KPI's unit; NaN where it has none. */
  readonly medians: Float64Array;
  readonly trainingSeconds: number;
}

/** Fits every model on the rows before the fold, as `look` has them see the load, and asks it for the same targets. */
export function forecastRivals(
  profile: Profile,
  { end }: Fold,
  look: Look,
  { horizonSeconds, liveKpi }: Job,
  outcomes: readonly Outcome[],
): readonly Rival[] {
  const { stepMs } = profile;
  const grid = gridOf(profile);
  const cellOf = (row: number) =>
    Math.ceil((profile.at[row] ?? Number.NaN) / stepMs) - grid.firstTick;
  const trainingEnd = cellOf(end - 1) + 1;
  const view = look(grid, trainingEnd, {
    stepMs,
    horizonSteps: horizonSteps(horizonSeconds, stepMs),
  });
  const mode = liveKpi ? 'live-kpi' : 'x-alone';
  return models.flatMap((model) => {
    if (!model.modes.includes(mode)) return [];
    const begun = performance.now();
    const fitted = model.fit({ ...view, end: trainingEnd }, mode);
    if (fitted === null) return [];
    const trainingSeconds = (performance.now() - begun) / 1000;
    const medians = Float64Array.from(outcomes, ({ row }) =>
      fromScale(view.scale, model.forecast(fitted, view.instant(cellOf(row))).middle),
    );
    return [{ name: model.name, baseline: model.baseline, medians, trainingSeconds }];
  });
}
