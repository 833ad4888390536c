import type { Policy, SliceState } from '@slicecast/contracts';
import type { Recording } from '../recording/recording.ts';
import type { Span } from '../recording/span.ts';
import { type ForecastAt, forecastSource } from '../run/forecast-source.ts';
import { type PolicyRun, runPolicy } from '../run/run-policy.ts';
import type { Models } from '../run/train-models.ts';
import {
  fixedSchedule,
  hindsightSchedule,
  oracleSchedule,
  type Schedule,
} from '../schedules/with-foresight.ts';
import { type ForecastRisk, type Outcome, outcomeOf } from './outcome.ts';

export interface CompareOptions {
  readonly recording: Recording;
  readonly slice: SliceState;
  readonly span: Span;
  readonly models: Models;
  readonly changeSeconds: number;
  /** What a violation-second is worth, in the unit of flavor-seconds by price. */
  readonly violationPrice: number;
  /** By the name under which they are reported. */
  readonly policies: Readonly<Record<string, Policy>>;
  /** The slice and its models for those of them, by name, that go by another horizon. */
  readonly otherHorizons?: Readonly<Record<string, Pick<CompareOptions, 'slice' | 'models'>>>;
  tell?(name: string): void;
}

/** Each policy over the same span, and beside them the schedules that no live policy can be. */
export function comparePolicies(options: CompareOptions): Record<string, Outcome> {
  const { recording, slice, span, violationPrice } = options;
  const outcomes: Record<string, Outcome> = {};
  const schedule = (name: string, flavors: Schedule) => {
    outcomes[name] = outcomeOf(recording, slice, { span, flavors });
  };
  const byPrice = [...slice.flavors].sort((a, b) => a.pricePerHour - b.pricePerHour);
  for (const { id, name } of byPrice) schedule(`only ${name}`, fixedSchedule(options, id));
  schedule('oracle', oracleSchedule(options));
  schedule('hindsight', hindsightSchedule(options, violationPrice));
  for (const [name, policy] of Object.entries(options.policies)) {
    options.tell?.(name);
    const { run, risk } = replayPolicy({ ...options, ...options.otherHorizons?.[name] }, policy);
    outcomes[name] = outcomeOf(recording, slice, { span, flavors: run.flavors, risk });
  }
  return outcomes;
}

/** The live service's own code over the rows, and what it forecast for each flavor and tick on the way. */
export function replayPolicy(
  { recording, slice, span, models, changeSeconds }: Omit<CompareOptions, 'policies'>,
  policy: Policy,
): { run: PolicyRun; risk: ForecastRisk } {
  const started = { ...slice, policy };
  const risks = new Map<string, number>();
  const forecastAt = forecastSource(recording, models, span.from, started);
  const observed: ForecastAt = (index, now) => {
    const message = forecastAt(index, now);
    for (const { flavorId, horizonSeconds, violationProbability } of message?.forecasts ?? []) {
      const target = index + Math.round((horizonSeconds * 1000) / recording.stepMs);
      risks.set(`${flavorId} ${target}`, violationProbability);
    }
    return message;
  };
  const atOf = (index: number) => recording.at[index] ?? Number.NaN;
  const run = runPolicy({ span, slice: started, atOf, forecastAt: observed, changeSeconds });
  return { run, risk: (flavorId, index) => risks.get(`${flavorId} ${index}`) };
}
