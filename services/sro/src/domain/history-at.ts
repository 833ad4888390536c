import { type ChangeFact, isOpen } from '@slicecast/contracts';
import type { MeasuredChange } from './change-seconds.ts';
import { revertPauseDefaults } from './revert-pause.ts';

/** Changes whose time is measured. */
export const MEASURED_CHANGES = 5;

/** A past change, with what it needed; null until that is known. */
export interface PastChange extends ChangeFact {
  readonly id: string;
  readonly durationMs: number | null;
  readonly feltMs: number | null;
}

/** What is known of a slice's past changes when a tick is decided. */
export interface ChangeHistory {
  /** The slice's changes were written to so often; a version stands for what was read under it. */
  readonly version: number;
  /** Newest first. */
  readonly facts: readonly PastChange[];
  /** What the newest changes that were in force needed; at most five. */
  readonly measured: readonly MeasuredChange[];
}

/**
 * What of a slice's changes counts for a tick: those that are open or in force, were requested or settled since then,
 * are measured, or were reverted and are remembered. So a history that is kept in memory gives what the database would.
 *
 * @param changes all that counted at an earlier instant, newest first
 */
export function historyAt(
  version: number,
  changes: readonly PastChange[],
  sinceMs: number,
): ChangeHistory {
  const newestMeasured = changes
    .filter(({ status, durationMs }) => status !== 'failed' && durationMs !== null)
    .sort((a, b) => (b.settledAt ?? b.at) - (a.settledAt ?? a.at))
    .slice(0, MEASURED_CHANGES);
  const facts = changes.filter(
    (change) => counts(change, sinceMs) || newestMeasured.includes(change),
  );
  const measured = newestMeasured.map(({ durationMs, feltMs }) => ({
    durationMs: durationMs ?? 0,
    feltMs,
  }));
  return { version, facts, measured };
}

function counts(change: PastChange, sinceMs: number): boolean {
  const { status, at, settledAt, endedAt } = change;
  if (isOpen(change) || status === 'applied' || status === 'verifying') return true;
  if (at >= sinceMs || (settledAt !== null && settledAt >= sinceMs)) return true;
  const rememberedMs = revertPauseDefaults.rememberedSeconds * 1000;
  return status === 'reverted' && endedAt != null && endedAt >= sinceMs - rememberedMs;
}
