import type { CreateModel } from '@slicecast/contracts';

export interface RequestFault {
  /** JSON pointer into the body. */
  readonly field: string;
  readonly value?: unknown;
  readonly message: string;
}

/** What the schema cannot say of a request to train: lengths that belong together, and order in time. */
export function checkCreateModel(request: CreateModel): readonly RequestFault[] {
  const { at, features, columns, kpi } = request.profile;
  const faults: RequestFault[] = [];
  if (at.length === 0) faults.push({ field: '/profile/at', message: 'must hold at least one row' });
  if (columns.length !== features.length) {
    faults.push({
      field: '/profile/columns',
      value: columns.length,
      message: `must have one column for each of the ${features.length} features`,
    });
  }
  const uneven = columns.findIndex((column) => column.length !== at.length);
  if (uneven >= 0) {
    faults.push({
      field: `/profile/columns/${uneven}`,
      value: columns[uneven]?.length,
      message: `must have ${at.length} cells, one for each instant of at; null where a value is missing`,
    });
  }
  if (kpi.length !== at.length) {
    faults.push({
      field: '/profile/kpi',
      value: kpi.length,
      message: `must have ${at.length} cells, one for each instant of at; null where a value is missing`,
    });
  }
  const unsorted = at.findIndex((instant, row) => row > 0 && instant <= (at[row - 1] ?? 0));
  if (unsorted >= 0) {
    faults.push({
      field: `/profile/at/${unsorted}`,
      value: at[unsorted],
      message: 'must be later than the instant before it',
    });
  }
  return faults;
}
