import type { SelectionReport } from '@slicecast/contracts';
import type { SelectionInput } from './domain/candidate.ts';

/** Selects outside of this thread. Rejects with an AppError when too many wait or it takes too long. */
export interface Selector {
  select(input: SelectionInput, signal: AbortSignal): Promise<SelectionReport>;
  close(): Promise<void>;
}
