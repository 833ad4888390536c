import { refuse } from '../refuse.ts';

/** A horizon may miss whole steps by this share of itself, as it does where a clock runs slow. */
const toleratedShare = 0.02;

/** The horizon in steps. AppError when it lies between two rows. */
export function horizonSteps(horizonSeconds: number, stepMs: number): number {
  const steps = wholeSteps(horizonSeconds, stepMs);
  if (steps !== undefined) return steps;
  const fault = `${horizonSeconds} s lie between two rows, which are ${stepMs / 1000} s apart`;
  // Half a step is within the tolerance of 25, so that this ends.
  let next = Math.ceil(horizonSeconds);
  while (wholeSteps(next, stepMs) === undefined) next += 1;
  throw refuse('--horizon', fault, `ask for ${next}`);
}

function wholeSteps(horizonSeconds: number, stepMs: number): number | undefined {
  const horizonMs = 1000 * horizonSeconds;
  const steps = Math.max(1, Math.round(horizonMs / stepMs));
  return Math.abs(steps * stepMs - horizonMs) <= toleratedShare * horizonMs ? steps : undefined;
}
