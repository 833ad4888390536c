const firstPauseMs = 1000;

/**
 * Pause in ms after so many failed attempts (1 at least): 1 s, doubling up to `longestMs`. Half of it is
 * fixed and half by chance, so that many that failed together do not come back together.
 */
export function pauseAfter(
  attempts: number,
  longestMs: number,
  random: () => number = Math.random,
): number {
  const bound = Math.min(longestMs, firstPauseMs * 2 ** Math.min(attempts - 1, 20));
  return Math.round(bound * (0.5 + 0.5 * random()));
}
