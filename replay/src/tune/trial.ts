import { type Policy, type SliceForecast, type SliceState, violates } from '@slicecast/contracts';
import { kpiUnder, type Recording } from '../recording/recording.ts';
import type { Span } from '../recording/span.ts';
import { runPolicy } from '../run/run-policy.ts';

/** A past part of a record on which policies are tried: what a decider would have been told at each tick. */
export interface TrialPart {
  readonly recording: Recording;
  readonly span: Span;
  /** `sinceChange`: ticks for which that flavor has been in force. */
  messageAt(index: number, flavorInForce: number, sinceChange: number): SliceForecast | null;
}

/** On what terms trials are judged. */
export interface Terms {
  /** The slice as it is at the first tick of each part. */
  readonly slice: SliceState;
  readonly changeSeconds: number;
  readonly violationPrice: number;
}

export interface Trial {
  readonly policy: Policy;
  /** Of the forecasts that it was tried on. */
  readonly horizonSeconds: number;
  /** Cost + violation price · violation-seconds of each part. */
  readonly prices: readonly number[];
}

/** Runs the policy over each part from the slice's flavor on. */
export function tryPolicy(parts: readonly TrialPart[], terms: Terms, policy: Policy): Trial {
  const { horizonSeconds } = terms.slice;
  return { policy, horizonSeconds, prices: parts.map((part) => priceOf(part, terms, policy)) };
}

function priceOf(part: TrialPart, terms: Terms, policy: Policy): number {
  const { recording, span } = part;
  const { sla, flavors } = terms.slice;
  const seconds = recording.stepMs / 1000;
  const hourly = new Map(flavors.map(({ id, pricePerHour }) => [id, pricePerHour]));
  let price = 0;
  for (const [k, flavorId] of run(part, terms, policy).entries()) {
    const bad = violates(sla, kpiUnder(recording, flavorId, span.from + k));
    price += seconds * ((hourly.get(flavorId) ?? 0) + (bad ? terms.violationPrice : 0));
  }
  return price;
}

function run({ recording, span, messageAt }: TrialPart, terms: Terms, policy: Policy) {
  let epoch = terms.slice.epoch;
  let since = Number.NEGATIVE_INFINITY;
  const { flavors } = runPolicy({
    span,
    slice: { ...terms.slice, policy },
    atOf: (index) => recording.at[index] ?? Number.NaN,
    changeSeconds: terms.changeSeconds,
    forecastAt(index, slice) {
      if (slice.epoch !== epoch) since = index;
      epoch = slice.epoch;
      const message = messageAt(index, slice.flavorInForce, index - since);
      return message === null ? null : { ...message, epoch };
    },
  });
  return flavors;
}
