import type { Policy } from '@slicecast/contracts';
import { changeTimes } from '@slicecast/sro/domain/record/change-times.ts';
import type { SliceRecord } from '@slicecast/sro/domain/record/slice-record.ts';
import { type Outcome, outcomeOf } from '../judge/outcome.ts';
import { runPolicy } from '../run/run-policy.ts';
import { asRecording } from './as-recording.ts';
import { differences } from './decide-again.ts';

/** What a live run's record tells. */
export interface RecordReport {
  readonly ticks: number;
  /** Decisions that come out otherwise today, of those whose slice's state is still in the log. */
  readonly different: number;
  /** Ticks of which the log keeps no more the state that they were decided under. */
  readonly inexact: number;
  readonly policies: Readonly<Record<string, Outcome>>;
}

/** The run as it was, and what each policy would have made of it, were changes as quick as they were. */
export function replayRecord(
  record: SliceRecord,
  policies: Readonly<Record<string, Policy>>,
): RecordReport {
  const { ticks } = record;
  const [first] = ticks;
  const { recording, forecastAt, risk } = asRecording(record);
  const span = { from: 0, to: ticks.length };
  const outcomes: Record<string, Outcome> = {};
  if (first !== undefined) {
    const start = { ...first.slice, flavorInForce: first.decision.fromFlavor };
    const times = changeTimes(record);
    const flavors = ticks.map(({ forecast }) => forecast.flavorInForce);
    outcomes['as it ran'] = outcomeOf(recording, start, { span, flavors, risk });
    for (const [name, policy] of Object.entries(policies)) {
      const slice = { ...start, policy };
      const atOf = (index: number) => recording.at[index] ?? Number.NaN;
      const run = runPolicy({ span, slice, atOf, forecastAt, ...times });
      outcomes[name] = outcomeOf(recording, start, { span, flavors: run.flavors, risk });
    }
  }
  return {
    ticks: ticks.length,
    different: differences(record).length,
    inexact: ticks.filter(({ exact }) => !exact).length,
    policies: outcomes,
  };
}
