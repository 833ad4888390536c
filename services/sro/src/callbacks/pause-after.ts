const firstPauseMs = 1000;
const longestPauseMs = 600_000;

/**
 * Pause in ms after so many failed attempts (1 at least): 1 s, doubling up to 10 min. Half of it is
 * fixed and half by chance, so that many that failed together do not come back together.
 */
export function pauseAfter(attempts: number, random: () => number = Math.random): number {
  const bound = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts - 1, 20));
  return Math.round(bound * (0.5 + 0.5 * random()));
}
