import { violates } from '@slicecast/contracts';
import {
  type EstimatedSeconds,
  ViolationEstimate,
} from '@slicecast/sro/domain/record/estimated-violation.ts';
import { kpiUnder, type Recording } from '../recording/recording.ts';
import type { Span } from '../recording/span.ts';
import { type JudgedSlice, type LeadTime, leadTimes } from './lead-times.ts';

/** What a policy did to the service over the judged span. */
export interface Outcome {
  /** Observed ones alone: where nothing was recorded under the flavor in force see `estimated…`. */
  readonly violationSeconds: number;
  readonly observedViolationSeconds: number;
  /** Where the flavor in force was not recorded: how many seconds its forecasts expect to violate. */
  readonly estimatedViolationSeconds: EstimatedSeconds;
  /** Share of the span in which the KPI of the flavor in force was recorded. */
  readonly observedShare: number;
  /** Stretches of violating seconds. */
  readonly violations: number;
  /** Flavor-seconds by price. */
  readonly cost: number;
  readonly changes: number;
  /** How long before its need a dearer flavor was in force; null without such a change. */
  readonly leadTimeSeconds: LeadTime | null;
}

/** P(violation) that was forecast for a tick under a flavor; undefined when nothing was. */
export type ForecastRisk = (flavorId: number, index: number) => number | undefined;

/** Judges the flavors that were in force, one a tick of the span. */
export function outcomeOf(
  recording: Recording,
  slice: JudgedSlice,
  judged: {
    readonly span: Span;
    readonly flavors: readonly number[];
    readonly risk?: ForecastRisk;
    /** How long a flavor must violate most of the time to be taken for too small; default 15. */
    readonly needSeconds?: number;
  },
): Outcome {
  const { span, flavors, risk } = judged;
  const seconds = recording.stepMs / 1000;
  const prices = new Map(slice.flavors.map(({ id, pricePerHour }) => [id, pricePerHour]));
  const priceOf = (flavorId: number) => {
    const price = prices.get(flavorId);
    if (price === undefined) throw new RangeError(`flavor ${flavorId} has no price`);
    return price;
  };
  const estimate = new ViolationEstimate();
  let bad = 0;
  let seen = 0;
  let violations = 0;
  let cost = 0;
  let before = false;
  flavors.forEach((flavorId, k) => {
    const kpi = kpiUnder(recording, flavorId, span.from + k);
    const violating = violates(slice.sla, kpi);
    cost += seconds * priceOf(flavorId);
    if (Number.isFinite(kpi)) seen += 1;
    else estimate.add(risk?.(flavorId, span.from + k), seconds);
    if (violating) bad += seconds;
    if (violating && !before) violations += 1;
    before = violating;
  });
  return {
    violationSeconds: bad,
    observedViolationSeconds: bad,
    estimatedViolationSeconds: estimate.seconds,
    observedShare: flavors.length === 0 ? 0 : seen / flavors.length,
    violations,
    cost,
    changes: flavors.filter((flavorId, k) => k > 0 && flavorId !== flavors[k - 1]).length,
    leadTimeSeconds: leadTimes(recording, slice, judged),
  };
}
