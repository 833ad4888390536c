/**
 * How one model's forecasts turned out lately, against persistence on the same ticks: sums that fade, so
 * that the newest hundred or so weigh most. JSON.
 */
export interface LiveStanding {
  readonly ticks: number;
  /** Absolute errors in the KPI's unit. */
  readonly error: number;
  readonly persistenceError: number;
  /** On the KPI's scale, where a few bursts do not choose. */
  readonly scaledError: number;
  readonly scaledPersistenceError: number;
}

export const noStanding: LiveStanding = {
  ticks: 0,
  error: 0,
  persistenceError: 0,
  scaledError: 0,
  scaledPersistenceError: 0,
};

const memoryTicks = 100;
const fading = 1 - 1 / memoryTicks;

export function addOutcome(
  standing: LiveStanding,
  outcome: Omit<LiveStanding, 'ticks'>,
): LiveStanding {
  return {
    ticks: fading * standing.ticks + 1,
    error: fading * standing.error + outcome.error,
    persistenceError: fading * standing.persistenceError + outcome.persistenceError,
    scaledError: fading * standing.scaledError + outcome.scaledError,
    scaledPersistenceError:
      fading * standing.scaledPersistenceError + outcome.scaledPersistenceError,
  };
}

/** Fewer say nothing. */
const fewestTicks = 20;

/** Error over persistence's, on the KPI's scale; below 1 is better. NaN while it is not known. */
export function errorRatio({ ticks, scaledError, scaledPersistenceError }: LiveStanding): number {
  if (ticks < fewestTicks) return Number.NaN;
  return scaledPersistenceError === 0 ? 1 : scaledError / scaledPersistenceError;
}
