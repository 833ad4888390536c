import { median } from '@slicecast/stats';

/**
 * The load as the sum of several loads, each worth what it costs: groups of columns that run alike. Plain JSON, its
 * size the square of the groups.
 */
export interface LoadWeighting {
  readonly groups: readonly LoadGroup[];
  readonly all: Line;
  /** What the other groups say of the load while one is dead, by that group; its own weight is 0. */
  readonly without: readonly Line[];
  /** The load from the median of all columns, while more are dead. */
  readonly ofMedian: { readonly offset: number; readonly slope: number };
}

export interface LoadGroup {
  /** Places among the signal's columns. Its value is their median. */
  readonly columns: readonly number[];
}

/** A weighted sum, one weight a group. */
export interface Line {
  readonly offset: number;
  readonly weights: readonly number[];
}

/** The load from the scaled columns (NaN where missing); NaN when none is there. O(columns). */
export function weigh(weighting: LoadWeighting, scaled: readonly number[]): number {
  const values = groupValues(weighting.groups, scaled);
  const dead = deadGroups(values);
  const line = dead.length === 0 ? weighting.all : weighting.without[dead[0] ?? 0];
  if (dead.length <= 1 && line !== undefined) return along(line, values);
  const { offset, slope } = weighting.ofMedian;
  return offset + slope * median(scaled);
}

/** One value a group, NaN where all of its columns are missing. */
export function groupValues(groups: readonly LoadGroup[], scaled: readonly number[]): number[] {
  return groups.map(({ columns }) => median(columns.map((column) => scaled[column] ?? Number.NaN)));
}

/** Places of the groups of which nothing is seen. */
export function deadGroups(values: readonly number[]): number[] {
  return [...values.keys()].filter((group) => !Number.isFinite(values[group]));
}

function along({ offset, weights }: Line, values: readonly number[]): number {
  return weights.reduce(
    (sum, weight, group) => (weight === 0 ? sum : sum + weight * (values[group] ?? Number.NaN)),
    offset,
  );
}
