import { type Flavor, type SliceState, violates } from '@slicecast/contracts';
import { sortedQuantile } from '@slicecast/stats';
import { kpiUnder, type Recording } from '../recording/recording.ts';
import type { Span } from '../recording/span.ts';

/** What no live policy can be: the flavor in force at each tick of the span, chosen with the future known. */
export type Schedule = readonly number[];

export interface ScheduleOptions {
  readonly recording: Recording;
  readonly slice: SliceState;
  readonly span: Span;
  readonly changeSeconds: number;
}

/** One flavor all the time. */
export function fixedSchedule({ span }: ScheduleOptions, flavorId: number): Schedule {
  return Array.from({ length: span.to - span.from }, () => flavorId);
}

/** The oracle looks so far ahead, and its future is smoothed by a centred median so wide. */
const foresightSeconds = 15;
const smoothingSeconds = 31;

/**
 * The oracle sees the next 15 s of each flavor's KPI, smoothed so that it moves for the load and not for a
 * burst, and takes the cheapest flavor that keeps the bound in all of them; a change takes its time.
 */
export function oracleSchedule(options: ScheduleOptions): Schedule {
  const { recording, slice, span, changeSeconds } = options;
  const steps = (seconds: number) => Math.round((seconds * 1000) / recording.stepMs);
  const half = Math.floor(steps(smoothingSeconds) / 2);
  const flavors = [...slice.flavors].sort((a, b) => a.pricePerHour - b.pricePerHour);
  const smooth = new Map(
    flavors.map(({ id }) => [id, smoothed(recording, id, { from: 0, to: span.to }, half)]),
  );
  const keeps = (flavorId: number, from: number) => {
    for (
      let index = from;
      index <= Math.min(span.to - 1, from + steps(foresightSeconds));
      index += 1
    ) {
      if (violates(slice.sla, smooth.get(flavorId)?.[index] ?? null)) return false;
    }
    return true;
  };
  const dearest = flavors.at(-1)?.id ?? slice.flavorInForce;
  const wanted = Array.from(
    { length: span.to - span.from },
    (_, k) => flavors.find(({ id }) => keeps(id, span.from + k))?.id ?? dearest,
  );
  const delay = steps(changeSeconds);
  return wanted.map((_, k) => wanted[k - delay] ?? slice.flavorInForce);
}

function smoothed(recording: Recording, flavorId: number, span: Span, half: number): number[] {
  return Array.from({ length: span.to - span.from }, (_, k) => {
    const near: number[] = [];
    for (let index = span.from + k - half; index <= span.from + k + half; index += 1) {
      const kpi = kpiUnder(recording, flavorId, index);
      if (Number.isFinite(kpi)) near.push(kpi);
    }
    return near.length === 0 ? Number.NaN : sortedQuantile(Float64Array.from(near).sort(), 0.5);
  });
}

/**
 * The best schedule in hindsight: the least cost + `violationPrice` a violation-second, by dynamic
 * programming over ticks and flavors. A change is charged as if the KPI violated while it is made;
 * without that the best schedule would leave a flavor for single bad seconds.
 */
export function hindsightSchedule(options: ScheduleOptions, violationPrice: number): Schedule {
  const { recording, slice, span, changeSeconds } = options;
  const { flavors } = slice;
  const seconds = recording.stepMs / 1000;
  const changePrice = changeSeconds * violationPrice;
  const costOf = ({ id, pricePerHour }: Flavor, index: number) => {
    const bad = violates(slice.sla, kpiUnder(recording, id, index));
    return seconds * (pricePerHour + (bad ? violationPrice : 0));
  };
  let totals = flavors.map(({ id }) => (id === slice.flavorInForce ? 0 : changePrice));
  const cameFrom: number[][] = [];
  for (let index = span.from; index < span.to; index += 1) {
    const origins = flavors.map((_, to) => {
      const through = (from: number) => (totals[from] ?? 0) + (from === to ? 0 : changePrice);
      let best = to;
      for (let from = 0; from < flavors.length; from += 1) {
        if (through(from) < through(best)) best = from;
      }
      return best;
    });
    totals = flavors.map((flavor, to) => {
      const from = origins[to] ?? to;
      return (totals[from] ?? 0) + (from === to ? 0 : changePrice) + costOf(flavor, index);
    });
    cameFrom.push(origins);
  }
  let at = totals.indexOf(Math.min(...totals));
  const path: number[] = [];
  for (const origins of cameFrom.toReversed()) {
    path.push(flavors[at]?.id ?? slice.flavorInForce);
    at = origins[at] ?? at;
  }
  return path.reverse();
}
