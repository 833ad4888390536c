import type { Change, SliceState } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { RunChangesOptions } from './run-changes.ts';

/** A change that was cut so often is not begun again: it may be what ends the process. */
export const MAX_ATTEMPTS = 5;

/** Why the change may not be begun, or begun again. */
export function refusalOf(
  { clock, maxWaitMs }: Pick<RunChangesOptions, 'clock' | 'maxWaitMs'>,
  change: Change,
  slice: SliceState | undefined,
): AppError | null {
  if (slice === undefined || slice.deleted) return gone(change);
  if (slice.epoch !== change.epoch) return fenced(change, slice);
  if (change.attempts > 1 || change.origin === 'manual') return null;
  if (slice.paused) return refuse('paused', 'the slice was paused before the change was begun');
  if (slice.mode === 'recommend') {
    return refuse('recommend', 'the slice was set to recommend before the change was begun');
  }
  const waitedMs = clock.now() - change.at;
  if (waitedMs <= maxWaitMs) return null;
  const waited = `${waitedMs / 1000} s after it was decided`;
  return refuse(
    'change-late',
    `the change could be begun only ${waited}, when its reason was over`,
  );
}

export function gone(change: Change): AppError {
  return refuse('slice-gone', `slice ${change.sliceId} is not there any more`);
}

export function fenced(change: Change, slice: SliceState): AppError {
  const epochs = `epoch ${slice.epoch} instead of ${change.epoch}`;
  return refuse('stale-epoch', `the slice was changed in the meantime (${epochs})`);
}

export function tooOften(): AppError {
  return refuse('change-attempts', `the change was begun ${MAX_ATTEMPTS} times and never ended`);
}

export function refuse(code: string, message: string): AppError {
  return new AppError(message, { status: 409, code });
}
