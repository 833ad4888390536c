import {
  type Policy,
  type SliceDecision,
  type SliceForecast,
  type SliceState,
  violates,
} from '@slicecast/contracts';
import { changeTimes } from './change-times.ts';
import { ViolationEstimate } from './estimated-violation.ts';
import { PolicyRunner } from './policy-runner.ts';
import type { SliceRecord } from './slice-record.ts';
import { type Stretch, Stretches } from './stretches.ts';
import { toldTo } from './told-to.ts';

/** What a policy makes of a record. */
export interface DryOutcome {
  readonly changes: number;
  /** Of the ticks at whose flavor the KPI was observed. */
  readonly observedViolationSeconds: number;
  /** Of the others, by what was forecast for the flavor that they would have had. */
  readonly estimatedViolationSeconds: {
    readonly low: number;
    readonly mid: number;
    readonly high: number;
  };
  /** Share of the ticks whose KPI was observed. */
  readonly observedShare: number;
  /** Flavor-seconds by price; null where a flavor that was in force is not defined any more. */
  readonly cost: number | null;
}

export interface DryRunResult {
  readonly asItRan: DryOutcome;
  /** The policy of now, run over the record in the same way as the proposed one. */
  readonly present: DryOutcome;
  readonly proposed: DryOutcome;
  /** Ticks at which the proposed policy decides otherwise than that of now. */
  readonly ticksDecidedOtherwise: number;
  /** Where the flavors would differ, the first ones. */
  readonly stretches: Stretch[];
  readonly stretchesLeftOut: number;
}

/**
 * A proposed policy beside that of now over a slice's record, tick by tick: pauses, changes by hand and
 * fallbacks are left aside, SLA and flavors are those of now. Both begin on the flavor of the first tick.
 */
export class DryRun {
  readonly #record: SliceRecord;
  readonly #slice: SliceState;
  readonly #runs: readonly [asItRan: Run, present: Run, proposed: Run];
  readonly #risks = new Map<number, SliceForecast>();
  readonly #stretches = new Stretches();
  #at = 0;
  #otherwise = 0;

  constructor(record: SliceRecord, slice: SliceState, proposed: Policy) {
    const first = record.ticks[0];
    const flavorInForce = first?.forecast.flavorInForce ?? slice.flavorInForce;
    const start = { ...slice, flavorInForce, heldUntil: null };
    const times = changeTimes(record);
    const runOf = (policy: Policy) =>
      new Run(slice, new PolicyRunner({ slice: { ...start, policy }, ...times }));
    this.#record = record;
    this.#slice = slice;
    this.#runs = [new Run(slice, null), runOf(slice.policy), runOf(proposed)];
  }

  /** Decides the next ticks, up to `most`; false when there are no more. */
  step(most: number): boolean {
    const end = Math.min(this.#record.ticks.length, this.#at + most);
    for (; this.#at < end; this.#at += 1) this.#tick(this.#at);
    return this.#at < this.#record.ticks.length;
  }

  get result(): DryRunResult {
    const [asItRan, present, proposed] = this.#runs;
    return {
      asItRan: asItRan.outcome,
      present: present.outcome,
      proposed: proposed.outcome,
      ticksDecidedOtherwise: this.#otherwise,
      stretches: [...this.#stretches.first],
      stretchesLeftOut: this.#stretches.leftOut,
    };
  }

  #tick(index: number): void {
    const forecast = this.#record.ticks[index]?.forecast;
    if (forecast === undefined) return;
    const { at } = forecast;
    const horizonMs = (forecast.forecasts[0]?.horizonSeconds ?? this.#slice.horizonSeconds) * 1000;
    this.#risks.set(at + horizonMs, forecast);
    const before = this.#risks.get(at);
    const [, now, next] = this.#runs.map((run) => run.tick(forecast, before));
    this.#risks.delete(at);
    if (now === undefined || next === undefined) return;
    if (
      now.decision?.action !== next.decision?.action ||
      now.decision?.toFlavor !== next.decision?.toFlavor
    )
      this.#otherwise += 1;
    this.#stretches.add(at, now.flavorId, next.flavorId);
  }
}

/** One policy's way over the record; without a runner, the way that was taken. */
class Run {
  readonly #slice: SliceState;
  readonly #runner: PolicyRunner | null;
  readonly #estimate = new ViolationEstimate();
  #ticks = 0;
  #observed = 0;
  #violating = 0;
  #cost: number | null = 0;
  #changes = 0;
  #last: number | null = null;

  constructor(slice: SliceState, runner: PolicyRunner | null) {
    this.#slice = slice;
    this.#runner = runner;
  }

  /** `before`: the message that forecast this tick, if there was one. */
  tick(
    recorded: SliceForecast,
    before: SliceForecast | undefined,
  ): { flavorId: number; decision: SliceDecision | null } {
    const slice = this.#runner?.begin(recorded.at) ?? recorded;
    const { flavorInForce: flavorId } = slice;
    const told = toldTo(recorded, slice);
    this.#count(flavorId, told.observedKpi, before);
    return { flavorId, decision: this.#runner?.decide(told) ?? null };
  }

  get outcome(): DryOutcome {
    return {
      changes: this.#changes,
      observedViolationSeconds: this.#violating,
      estimatedViolationSeconds: this.#estimate.seconds,
      observedShare: this.#ticks === 0 ? 0 : this.#observed / this.#ticks,
      cost: this.#cost,
    };
  }

  #count(flavorId: number, kpi: number | null, before: SliceForecast | undefined): void {
    const { sla, flavors, stepMs } = this.#slice;
    const seconds = stepMs / 1000;
    this.#ticks += 1;
    const price = flavors.find(({ id }) => id === flavorId)?.pricePerHour;
    this.#cost = price === undefined || this.#cost === null ? null : this.#cost + seconds * price;
    if (this.#last !== null && this.#last !== flavorId) this.#changes += 1;
    this.#last = flavorId;
    if (kpi === null) {
      const risk = before?.forecasts.find((each) => each.flavorId === flavorId);
      this.#estimate.add(risk?.violationProbability, seconds);
      return;
    }
    this.#observed += 1;
    if (violates(sla, kpi)) this.#violating += seconds;
  }
}
