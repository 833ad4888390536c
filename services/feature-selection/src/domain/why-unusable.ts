import type { RefusalReason } from '@slicecast/contracts';
import { median } from '@slicecast/stats';

export interface Unusable {
  readonly reason: Extract<RefusalReason, 'dead' | 'constant'>;
  readonly detail: string;
}

/** A series present in fewer of the rows cannot carry a model. */
const leastPresentShare = 0.5;
/** Silent in this last part, it is dead by now. */
const lastShare = 0.1;
/** A series that leaves its usual value in fewer rows says nothing of the others. */
const leastMovedShare = 0.005;
/** Rounding of a number that stands still. */
const leastRelativeSpread = 1e-9;
/** The usual value shows itself in so many rows. */
const rowsAsked = 999;

/** Why the values cannot be a feature, whatever the KPI does; undefined when they can. O(n). */
export function whyUnusable(values: Float64Array): Unusable | undefined {
  const usual = usualValue(values);
  const rounding = leastRelativeSpread * Math.abs(usual);
  let present = 0;
  let moved = 0;
  let last = -1;
  values.forEach((value, row) => {
    if (!Number.isFinite(value)) return;
    present += 1;
    last = row;
    if (Math.abs(value - usual) > rounding) moved += 1;
  });
  const rows = values.length;
  if (present < leastPresentShare * rows) {
    return { reason: 'dead', detail: `has a value in ${present} of ${rows} rows` };
  }
  const silent = rows - 1 - last;
  if (silent > lastShare * rows) {
    return { reason: 'dead', detail: `has no value in the last ${silent} rows` };
  }
  if (moved >= leastMovedShare * present) return undefined;
  const but = moved === 0 ? 'throughout' : `but for ${moved} of ${present} rows`;
  return { reason: 'constant', detail: `is ${usual} ${but}` };
}

/** The median of rows spread evenly: of a series that stands still nearly always, the value where it does. */
function usualValue(values: Float64Array): number {
  const stride = Math.max(1, Math.floor(values.length / rowsAsked));
  return median(values.filter((_, row) => row % stride === 0));
}
