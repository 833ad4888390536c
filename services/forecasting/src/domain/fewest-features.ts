import { instantAt } from './instant.ts';
import { columnGroups, type LoadSignal, loadOf } from './load/load-signal.ts';
import { cellsOf, type ProfileGrid } from './profile-series.ts';
import { blendMembers, type Champion, membersAt } from './trained-model.ts';
import type { TrainedView } from './trained-view.ts';

/** How much larger the error may get while a part of the features is missing. */
export const toleratedRatio = 1.05;
const mostOrigins = 500;

/** Without what the champion still forecasts as well, as measured on the profile. */
export interface Spared {
  /** With fewer usable features it did not. */
  readonly fewestFeatures: number;
  /** Of a weighed load, the groups of columns of which it needs one at the least, by their places. */
  readonly neededGroups?: readonly number[];
}

/**
 * Halves and quarters of the features are taken away, each in turn, then each group of a weighed load, and the error of
 * the rest is compared.
 */
export function measureSpared(grid: ProfileGrid, view: TrainedView, champion: Champion): Spared {
  const errorOf = (gone: ReadonlySet<number>) => errorWithout(gone, grid, view, champion);
  const most = toleratedRatio * errorOf(new Set());
  const bears = (gone: readonly number[]) => errorOf(new Set(gone)) <= most;
  const { groups } = view.signal.weighting ?? {};
  const fewestFeatures = fewestOf(view.signal, bears);
  if (groups === undefined) return { fewestFeatures };
  const needed = [...groups.keys()].filter((group) => !bears(groups[group]?.columns ?? []));
  return { fewestFeatures, neededGroups: needed };
}

function fewestOf(signal: LoadSignal, bears: (gone: readonly number[]) => boolean): number {
  const all = signal.columns.length;
  let fewest = all;
  for (const parts of [2, 4]) {
    const trials = Array.from({ length: parts }, (_, part) => goneBut(signal, part, parts));
    const kept = all - Math.min(...trials.map((gone) => gone.length));
    if (kept >= fewest) break;
    if (!trials.every((gone) => gone.length < all && bears(gone))) return fewest;
    fewest = kept;
  }
  return fewest;
}

/** All but each so many-th column that counts; of each group of a weighed load one stays at the least. */
function goneBut(signal: LoadSignal, part: number, parts: number): number[] {
  const kept = columnGroups(signal).flatMap((columns) =>
    columns.filter((_, k) => k % parts === part % Math.min(parts, columns.length)),
  );
  return [...signal.columns.keys()].filter((column) => !kept.includes(column));
}

function errorWithout(
  gone: ReadonlySet<number>,
  grid: ProfileGrid,
  view: TrainedView,
  champion: Champion,
): number {
  const missing = new Set(
    view.signal.columns.flatMap(({ featureId }, k) => (gone.has(k) ? [featureId] : [])),
  );
  const valueAt = cellsOf(grid);
  const load = Float64Array.from({ length: grid.length }, (_, i) =>
    loadOf(view.signal, (id) => (missing.has(id) ? Number.NaN : valueAt(i)(id))),
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
