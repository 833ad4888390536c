import type { Job } from '../options.ts';

/** Ticks beside the time of a change: one that leads to it, and one to see that it is no outlier. */
const spareTicks = 2;

/**
 * The horizons at which `predictive` is tried, in seconds: the slice's own; the shortest at which a change still comes in
 * time, which knows best what is about to happen and least of what comes after; and their geometric mean.
 */
export function horizonsOf({ slice, recording, changeSeconds }: Job): readonly number[] {
  const shortest = Math.ceil(changeSeconds + (spareTicks * recording.stepMs) / 1000);
  const own = slice.horizonSeconds;
  if (shortest >= own) return [own];
  return [...new Set([own, Math.round(Math.sqrt(own * shortest)), shortest])];
}
