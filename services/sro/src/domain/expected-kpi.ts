import { EpochMs, type SliceForecast, type SliceState } from '@slicecast/contracts';
import { type Static, Type } from 'typebox';

/** However long the horizon is in steps, so many forecasts of a flavor are kept at most. */
const MAX_TARGETS = 60;

const Values = Type.Array(Type.Union([Type.Number(), Type.Null()]));

/**
 * What was forecast of the KPI for the instants ahead, by flavor id: the newest target, and one median and
 * one edge a slot of time up to it, null where nothing was forecast. It travels in every decision, so
 * the other targets are not written out.
 */
export const ExpectedKpi = Type.Record(
  Type.String(),
  Type.Object({ target: EpochMs, medians: Values, edges: Values }),
);
export type ExpectedKpi = Static<typeof ExpectedKpi>;

/** What the KPI was expected to be at an instant. */
export interface Expected {
  readonly median: number;
  /** The end of the 80 % interval on the SLA's wrong side: a tenth of what the model holds possible lies beyond. */
  readonly edge: number;
}

type Timing = Pick<SliceState, 'stepMs' | 'horizonSeconds'>;

/**
 * Takes in a tick's forecasts; what is past, and flavors that are gone, leave. Those of a model without skill
 * count as well: their intervals are wide and calibrated, and to compare a KPI with them is not to act on them.
 */
export function expectMore(
  past: ExpectedKpi,
  forecast: SliceForecast,
  slice: SliceState,
): ExpectedKpi {
  const next: ExpectedKpi = {};
  for (const { id } of slice.flavors) {
    const own = forecast.forecasts.find((each) => each.flavorId === id);
    const isUsable = own !== undefined && forecast.inputQuality !== 'bad';
    const longer = isUsable ? withForecast(past[id], forecast.at, own, slice) : past[id];
    const kept = longer && withoutPast(longer, forecast.at, slotOf(slice));
    if (kept !== undefined && kept.medians.length > 0) next[id] = kept;
  }
  return next;
}

/** What was forecast for that flavor and instant; null where nothing was. */
export function expectedAt(
  expected: ExpectedKpi,
  flavorId: number,
  at: number,
  timing: Timing,
): Expected | null {
  const own = expected[flavorId];
  if (own === undefined) return null;
  const index = own.medians.length - 1 - slotsBetween(at, own.target, slotOf(timing));
  const [median, edge] = [own.medians[index], own.edges[index]];
  return median == null || edge == null ? null : { median, edge };
}

/** A forecast's median and the end of its interval on the SLA's wrong side. */
export function expectedOf(
  { quantiles }: SliceForecast['forecasts'][number],
  { sla }: Pick<SliceState, 'sla'>,
): Expected {
  const edge = sla.side === 'upper' ? quantiles.q90 : quantiles.q10;
  return { median: rounded(quantiles.q50), edge: rounded(edge) };
}

/** A state is written every tick: five digits tell as much as seventeen. */
export function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

type Own = ExpectedKpi[string];

function withForecast(
  past: Own | undefined,
  at: number,
  own: SliceForecast['forecasts'][number],
  slice: SliceState,
): Own {
  const target = at + own.horizonSeconds * 1000;
  const { median, edge } = expectedOf(own, slice);
  const gap = past === undefined ? MAX_TARGETS : slotsBetween(past.target, target, slotOf(slice));
  if (past === undefined || gap >= MAX_TARGETS) return { target, medians: [median], edges: [edge] };
  // Of one slot the newest counts; later ones come from a longer horizon, which the slice no longer has.
  const extended = (values: Own['medians'], value: number) => {
    const kept = gap > 0 ? values : values.slice(0, gap - 1);
    return [...kept, ...Array<null>(Math.max(0, gap - 1)).fill(null), value];
  };
  return { target, medians: extended(past.medians, median), edges: extended(past.edges, edge) };
}

function withoutPast(own: Own, at: number, slotMs: number): Own {
  const ahead = Math.max(0, slotsBetween(at, own.target, slotMs) + 1);
  if (own.medians.length <= ahead) return own;
  const last = (values: Own['medians']) => values.slice(values.length - ahead);
  return { ...own, medians: last(own.medians), edges: last(own.edges) };
}

function slotsBetween(from: number, to: number, slotMs: number): number {
  return Math.floor(to / slotMs) - Math.floor(from / slotMs);
}

function slotOf({ stepMs, horizonSeconds }: Timing): number {
  const steps = Math.ceil((horizonSeconds * 1000) / stepMs);
  return stepMs * Math.max(1, Math.ceil(steps / MAX_TARGETS));
}
