/** The instants phaseMs + k · stepMs since the epoch. */
export interface TickGrid {
  readonly stepMs: number;
  /** In [0, stepMs). */
  readonly phaseMs: number;
}

/** As many slices' ticks fall together as there are slices, divided by this. */
const phases = 8;
const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * Where a slice's ticks lie, so that every owner finds the same ones. Slices have ticks at different instants within a
 * step, as Prometheus scrapes its targets, so that the work of a step is not all due at its beginning; those of slice 1
 * are the multiples of the step.
 */
export function tickGrid(sliceId: number, stepMs: number): TickGrid {
  // Multiples of the golden ratio, cut to their fractions, lie evenly in [0, 1) however many they are (Weyl).
  const turns = (sliceId - 1) * goldenRatio;
  const phase = Math.floor(phases * (turns - Math.floor(turns)));
  return { stepMs, phaseMs: Math.round((phase * stepMs) / phases) };
}

export function tickAtOrAfter(at: number, { stepMs, phaseMs }: TickGrid): number {
  return Math.ceil((at - phaseMs) / stepMs) * stepMs + phaseMs;
}

export function tickAtOrBefore(at: number, { stepMs, phaseMs }: TickGrid): number {
  return Math.floor((at - phaseMs) / stepMs) * stepMs + phaseMs;
}

/** The ticks in (after, until], oldest first; when there are more than `limit`, the newest ones. */
export function ticksBetween(
  after: number,
  until: number,
  grid: TickGrid,
  limit: number,
): readonly number[] {
  const last = tickAtOrBefore(until, grid);
  const first = Math.max(tickAtOrAfter(after + 1, grid), last - (limit - 1) * grid.stepMs);
  const ticks: number[] = [];
  for (let tick = first; tick <= last; tick += grid.stepMs) ticks.push(tick);
  return ticks;
}
