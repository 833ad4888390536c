/** What a change that was in force needed. */
export interface MeasuredChange {
  /** Of the actuator, wall clock. */
  readonly durationMs: number;
  /** From then until the KPI felt it, event time; null where verifying could not tell. */
  readonly feltMs: number | null;
}

/** So many changes must have been felt before their time is believed rather than the operator's. */
const LEAST_FELT = 3;

/**
 * The time a change takes: the median, rounded up to a tenth of a second, of what the newest changes
 * needed until the KPI felt them. That an actuator has returned does not say that it does, so while fewer
 * than three were seen to be felt, measuring can only raise the operator's start value.
 */
export function changeSeconds(measured: readonly MeasuredChange[], startSeconds: number): number {
  const felt = measured.filter(({ feltMs }) => feltMs !== null);
  if (felt.length >= LEAST_FELT) return medianSeconds(felt);
  return measured.length === 0 ? startSeconds : Math.max(startSeconds, medianSeconds(measured));
}

function medianSeconds(measured: readonly MeasuredChange[]): number {
  const sorted = measured
    .map(({ durationMs, feltMs }) => durationMs + (feltMs ?? 0))
    .sort((a, b) => a - b);
  return Math.ceil((sorted[Math.floor(sorted.length / 2)] ?? 0) / 100) / 10;
}
