/**
 * The time a change takes: the median of what the newest changes needed, but never less than the
 * operator's start value. That an actuator has returned does not say yet that the KPI feels the change,
 * so until changes are verified on the KPI, measuring can only raise the value.
 */
export function changeSeconds(durationsMs: readonly number[], startSeconds: number): number {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return median === undefined ? startSeconds : Math.max(startSeconds, median / 1000);
}
