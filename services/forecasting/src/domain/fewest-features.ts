import { instantAt } from './instant.ts';
import { type LoadSignal, loadOf } from './load-signal.ts';
import type { ProfileGrid } from './profile-series.ts';
import type { TrainedView } from './rolling-origin.ts';
import { blendMembers, type Champion, membersAt } from './trained-model.ts';

/** How much larger the error may get while a part of the features is missing. */
export const toleratedRatio = 1.05;
const mostOrigins = 500;

/**
 * With how few usable features the champion still forecasts as well, measured on the profile: halves
 * and quarters of the features are taken away, each in turn, and the error of the rest is compared.
 */
export function fewestFeatures(grid: ProfileGrid, view: TrainedView, champion: Champion): number {
  const all = view.signal.columns.length;
  const whole = errorWith(grid, view, champion, view.signal);
  let fewest = all;
  for (const parts of [2, 4]) {
    const kept = Math.ceil(all / parts);
    if (kept >= fewest) break;
    for (let part = 0; part < parts; part += 1) {
      const columns = view.signal.columns.filter((_, index) => index % parts === part);
      if (columns.length === 0) return fewest;
      if (errorWith(grid, view, champion, { columns }) > toleratedRatio * whole) return fewest;
    }
    fewest = kept;
  }
  return fewest;
}

function errorWith(
  grid: ProfileGrid,
  view: TrainedView,
  champion: Champion,
  signal: LoadSignal,
): number {
  const columnOf = new Map(grid.featureIds.map((id, index) => [id, grid.columns[index]]));
  const load = Float64Array.from({ length: grid.length }, (_, i) =>
    loadOf(signal, (id) => columnOf.get(id)?.[i] ?? Number.NaN),
  );
  const series = { ...view.series, load };
  const { horizonSteps } = view.basis;
  const thin = Math.max(1, Math.ceil(grid.length / mostOrigins));
  let sum = 0;
  let count = 0;
  for (let i = 0; i + horizonSteps < grid.length; i += thin) {
    const actual = series.kpi[i + horizonSteps] ?? Number.NaN;
    const members = membersAt(champion, instantAt(view.basis, series, i));
    const error = Math.abs(blendMembers(champion, members).middle - actual);
    if (!Number.isFinite(error)) continue;
    sum += error;
    count += 1;
  }
  return count === 0 ? Number.POSITIVE_INFINITY : sum / count;
}
