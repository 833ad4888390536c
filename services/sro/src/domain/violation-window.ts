import { EpochMs } from '@slicecast/contracts';
import { type Static, Type } from 'typebox';

/** However long the horizon is in steps, a window keeps about so many targets. */
const MAX_TARGETS = 120;

const Probabilities = Type.Array(Type.Number({ minimum: 0, maximum: 1 }));

/**
 * What one flavor's forecasts said of the instants ahead. A forecast speaks of one instant only, its
 * tick + horizon; what is expected between now and there was said by the forecasts before it.
 */
export const ViolationWindow = Type.Object({
  /** Instants still ahead that were forecast, ascending, and P(violation) at each. */
  targets: Type.Array(EpochMs),
  probabilities: Probabilities,
  /** The newest ticks, ascending, and the peak that was read at each: the votes are counted on them. */
  ticks: Type.Array(EpochMs),
  peaks: Probabilities,
});
export type ViolationWindow = Static<typeof ViolationWindow>;

export interface WindowReading {
  readonly at: number;
  readonly stepMs: number;
  readonly horizonMs: number;
  /** A change decided now takes effect so much after `at`: earlier targets are out of its reach. */
  readonly effectMs: number;
  readonly probability: number;
  /** So many of the newest steps are kept for the votes. */
  readonly votes: number;
}

export const emptyWindow: ViolationWindow = {
  targets: [],
  probabilities: [],
  ticks: [],
  peaks: [],
};

/** The window after one more forecast: past targets and old votes leave it. */
export function advanceWindow(window: ViolationWindow, reading: WindowReading): ViolationWindow {
  const targets = [...window.targets];
  const probabilities = [...window.probabilities];
  addTarget(targets, probabilities, reading);
  const passed = targets.findIndex((target) => target >= reading.at);
  targets.splice(0, passed);
  probabilities.splice(0, passed);
  const oldest = reading.at - (reading.votes - 1) * reading.stepMs;
  const first = window.ticks.findIndex((tick) => tick >= oldest);
  const kept = first < 0 ? window.ticks.length : first;
  return {
    targets,
    probabilities,
    ticks: [...window.ticks.slice(kept), reading.at],
    peaks: [...window.peaks.slice(kept), peak(targets, probabilities, reading)],
  };
}

/** The share of the instants a change can still affect, up to the horizon, that are known. */
export function coverage(
  window: ViolationWindow,
  reading: Pick<WindowReading, 'at' | 'stepMs' | 'horizonMs' | 'effectMs'>,
): number {
  const slotMs = slot(reading);
  const expected = Math.floor(Math.max(0, reading.horizonMs - reading.effectMs) / slotMs) + 1;
  const known = window.targets.filter((target) => target >= reachOf(reading)).length;
  return Math.min(1, known / expected);
}

/** The last n steps up to a tick. */
export interface LastSteps {
  readonly at: number;
  readonly stepMs: number;
  readonly n: number;
}

/** How many of the last n steps had a peak for which `agrees` holds; a step without a tick agrees with nothing. */
export function votes(
  { ticks, peaks }: ViolationWindow,
  lastSteps: LastSteps,
  agrees: (peak: number) => boolean,
): number {
  let count = 0;
  for (let k = firstOf(ticks, lastSteps); k < ticks.length; k += 1) {
    const peak = peaks[k];
    if (peak !== undefined && agrees(peak)) count += 1;
  }
  return count;
}

/** In how many of the last n steps the window's peak was lower than that of `other` by at least `gain`. */
export function gainVotes(
  { ticks, peaks }: ViolationWindow,
  other: ViolationWindow,
  { gain, ...lastSteps }: LastSteps & { readonly gain: number },
): number {
  let count = 0;
  let j = firstOf(other.ticks, lastSteps);
  for (let k = firstOf(ticks, lastSteps); k < ticks.length; k += 1) {
    const tick = ticks[k] ?? Number.POSITIVE_INFINITY;
    while ((other.ticks[j] ?? Number.POSITIVE_INFINITY) < tick) j += 1;
    if (other.ticks[j] !== tick) continue;
    const [before, peak] = [other.peaks[j], peaks[k]];
    if (before !== undefined && peak !== undefined && before - peak >= gain) count += 1;
  }
  return count;
}

/** Index of the first tick within the last n steps. */
function firstOf(ticks: readonly number[], { at, stepMs, n }: LastSteps): number {
  const oldest = at - (n - 1) * stepMs;
  let first = 0;
  while ((ticks[first] ?? oldest) < oldest) first += 1;
  return first;
}

/** The newest peak; null before the first. */
export function newestPeak(window: ViolationWindow): number | null {
  return window.peaks.at(-1) ?? null;
}

/** Targets of one slot are merged into one with the highest probability, which bounds the window. */
function addTarget(targets: number[], probabilities: number[], reading: WindowReading): void {
  const target = reading.at + reading.horizonMs;
  // A state is written every tick: four decimals decide as well as seventeen.
  let probability = Math.round(reading.probability * 10_000) / 10_000;
  const slotMs = slot(reading);
  let last = targets.at(-1);
  // Later targets than the newest forecast's come from a longer horizon, which the slice no longer has.
  while (last !== undefined && Math.floor(last / slotMs) >= Math.floor(target / slotMs)) {
    targets.pop();
    const merged = probabilities.pop();
    if (last <= target && merged !== undefined) probability = Math.max(probability, merged);
    last = targets.at(-1);
  }
  targets.push(target);
  probabilities.push(probability);
}

function peak(targets: number[], probabilities: number[], reading: WindowReading): number {
  const first = targets.findIndex((target) => target >= reachOf(reading));
  return Math.max(...probabilities.slice(first));
}

/** The first instant that a change decided now can affect, but never past the newest target. */
function reachOf(reading: Pick<WindowReading, 'at' | 'horizonMs' | 'effectMs'>): number {
  return reading.at + Math.min(reading.effectMs, reading.horizonMs);
}

function slot(reading: Pick<WindowReading, 'stepMs' | 'horizonMs'>): number {
  return reading.stepMs * Math.max(1, Math.ceil(reading.horizonMs / reading.stepMs / MAX_TARGETS));
}
