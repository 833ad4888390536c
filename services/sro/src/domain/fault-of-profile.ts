import type { Profile } from '@slicecast/contracts';

/** What the schema of a profile cannot see, in words: columns of unequal length, instants out of order. */
export function faultOfProfile({ at, features, columns, kpi }: Profile): string | undefined {
  if (columns.length !== features.length) {
    return `has ${columns.length} columns for ${features.length} features`;
  }
  if (kpi.length !== at.length) return `has ${kpi.length} KPI values in ${at.length} rows`;
  const short = columns.findIndex((column) => column.length !== at.length);
  if (short >= 0)
    return `column ${short} has ${columns[short]?.length} values in ${at.length} rows`;
  const back = at.findIndex((instant, row) => row > 0 && instant <= (at[row - 1] ?? instant));
  return back >= 0 ? `row ${back} is not later than the one before` : undefined;
}
