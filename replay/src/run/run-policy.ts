import type { SliceDecision, SliceForecast, SliceState } from '@slicecast/contracts';
import { PolicyRunner, type RunnerOptions } from '@slicecast/sro/domain/record/policy-runner.ts';
import type { Span } from '../recording/span.ts';

/** What runs a policy over a span of ticks. */
export interface RunOptions extends RunnerOptions {
  readonly span: Span;
  /** Epoch ms of a tick. */
  atOf(index: number): number;
  /** What is forecast at a tick for the slice as it is then. */
  forecastAt(index: number, slice: SliceState): SliceForecast | null;
}

export interface PolicyRun {
  /** The flavor in force at each tick of the span. */
  readonly flavors: readonly number[];
  readonly decisions: readonly SliceDecision[];
}

/** Decides every tick as the live service does, and carries out what is decided. */
export function runPolicy(options: RunOptions): PolicyRun {
  const { span, atOf, forecastAt } = options;
  const runner = new PolicyRunner(options);
  const flavors: number[] = [];
  const decisions: SliceDecision[] = [];
  for (let index = span.from; index < span.to; index += 1) {
    const slice = runner.begin(atOf(index));
    flavors.push(slice.flavorInForce);
    const forecast = forecastAt(index, slice);
    if (forecast !== null) decisions.push(runner.decide(forecast));
  }
  return { flavors, decisions };
}
