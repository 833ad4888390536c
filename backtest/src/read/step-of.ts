import { median } from '@slicecast/stats';

/** Distances of more steps than this are gaps, and say little of the step. */
const mostSteps = 10;
/** A clock keeps time when so many of its distances are the very same. */
const exactShare = 0.8;

/**
 * The usual distance of instants, ms. Of a clock that keeps time, the distance that most have; of one that
 * jitters, the mean of those that are no gap, each divided by the whole steps it is long: it may be
 * fractional. NaN of fewer than two instants.
 */
export function stepOf(at: Float64Array): number {
  const distances = at.subarray(1).map((instant, before) => instant - (at[before] ?? instant));
  const usual = median(distances);
  const exact = distances.filter((distance) => distance === usual).length;
  if (exact >= exactShare * distances.length) return usual;
  let steps = 0;
  let span = 0;
  for (const distance of distances) {
    if (distance > mostSteps * usual) continue;
    span += distance;
    steps += Math.max(1, Math.round(distance / usual));
  }
  return span / steps;
}

/** Of an estimate off by jitter, the round number that was meant. */
const roundedWithin = 0.02;

/** Whole ms: 1,000 for 998.7, and 12,500 for itself. */
export function meantStep(stepMs: number): number {
  const round = Number(stepMs.toPrecision(2));
  const near = Math.abs(round - stepMs) <= roundedWithin * stepMs;
  return Math.max(1, Math.round(near ? round : stepMs));
}
