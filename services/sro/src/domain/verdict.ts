import type { SliceForecast, SliceState, Verdict } from '@slicecast/contracts';
import { median } from '@slicecast/stats';
import { expectedOf } from './expected-kpi.ts';
import type { Running, Verification, VerifySettings } from './verification.ts';
import type { WatchedChange } from './verify-change.ts';

interface Circumstances {
  readonly forecast: SliceForecast;
  readonly slice: SliceState;
  readonly change: WatchedChange;
  readonly settings: VerifySettings;
  /** Of the newest ticks. */
  readonly kpi: Verification['kpi'];
}

/** On the wrong side of the other value, as the SLA counts sides. */
export function isBeyond({ side }: SliceState['sla'], value: number, other: number): boolean {
  return side === 'upper' ? value > other : value < other;
}

/** `worse` when enough of the newest ticks were: waiting for the window's end would only cost violations. */
export function verdictByVotes(running: Running, circumstances: Circumstances): Verdict | null {
  const { m } = circumstances.settings.votes;
  const isWorse = running.votes.length >= m && breaksSla(running);
  return isWorse && isBetterBefore(circumstances) ? 'worse' : null;
}

/** What the whole window says; a third of its ticks must have a KPI, and most of the judged ones agree. */
export function verdictAtEnd(running: Running, circumstances: Circumstances): Verdict {
  const { seen, judged, beyond, beyondBefore, explained, worse } = running;
  const { windowMs, votes } = circumstances.settings;
  const least = Math.ceil(windowMs / circumstances.slice.stepMs / 3);
  if (windowMs === 0) return 'unjudged';
  if (seen < least) return 'unobserved';
  if (judged < least) return 'unjudged';
  if (!isMost(beyond, running)) return 'as-forecast';
  if (running.before === null) return 'unjudged';
  if (!isMost(beyondBefore, running)) return 'no-worse-than-before';
  if (!isMost(worse, running)) return explained > 0 ? 'load-explains' : 'unjudged';
  if (worse < votes.m || !breaksSla(running)) return 'slightly-worse';
  return isBetterBefore(circumstances) ? 'worse' : 'load-explains';
}

function isMost(ticks: number, { judged }: Running): boolean {
  return 2 * ticks > judged;
}

/** A third of the ticks violate, or more: flavors are chosen that may do so in a sixth, and ticks come in runs. */
function breaksSla({ violating, seen }: Running): boolean {
  return 3 * violating >= seen;
}

/** The newest forecast says of the flavor before, under the load of now, that the KPI would be better there. */
function isBetterBefore({ forecast, slice, change, kpi, settings }: Circumstances) {
  const { fromFlavor } = change;
  const own = forecast.forecasts.find((each) => each.flavorId === fromFlavor && each.gated);
  if (own === undefined || forecast.inputQuality === 'bad') return false;
  const newest = kpi.slice(-settings.votes.n).filter((each) => each !== null);
  return isBeyond(slice.sla, median(newest), expectedOf(own, slice).edge);
}
