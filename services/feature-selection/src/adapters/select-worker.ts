import type { SelectionReport } from '@slicecast/contracts';
import type { SelectionInput } from '../domain/candidate.ts';
import { select } from '../domain/select.ts';

/** Runs in a worker thread. */
export function runSelection(input: SelectionInput): SelectionReport {
  return select(input);
}
