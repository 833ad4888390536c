import type {
  ChangeFact,
  Policy,
  SliceDecision,
  SliceForecast,
  SliceState,
} from '@slicecast/contracts';
import { decide } from './decide.ts';
import { type DeciderState, initialDeciderState } from './decider-state.ts';
import { explain } from './explain.ts';
import type { RecordedTick } from './record/slice-record.ts';

/** What another policy would have done at a tick, or why that cannot be said. */
export type OtherPolicy =
  | {
      readonly kind: Policy['kind'];
      /** The parameters it was asked with; those left out are its defaults. */
      readonly policy: Policy;
      /** Past ticks of the record that it was shown before. */
      readonly ticksSeen: number;
      readonly decision: SliceDecision;
      readonly explanation: string;
    }
  | { readonly kind: Policy['kind']; readonly unavailable: string };

/** The longest memory of a policy whose parameters are not set: the record is read back so far. */
export const memorySeconds = 600;

const kinds: readonly Policy['kind'][] = ['predictive', 'reactive', 'load-threshold', 'mlo-v2'];
/** MLO-V2's own, in milliseconds of its KPI. */
const mloLowerBound = 30;

/**
 * Each policy that the slice did not have, asked about one tick: from the same forecast message, the slice
 * as it was then and the changes known then, after it was shown the ticks before. Without a forecast of
 * the tick nothing can be asked.
 *
 * @param past the ticks before, ascending
 */
export function otherPolicies(
  decision: SliceDecision,
  tick: RecordedTick | undefined,
  past: readonly RecordedTick[],
): OtherPolicy[] {
  return kinds
    .filter((kind) => kind !== decision.policy)
    .map((kind) => {
      if (tick === undefined) {
        const unavailable =
          'no tick asked for this decision, or its forecast is not in the log any more';
        return { kind, unavailable };
      }
      const policy = policyFor(kind, tick.slice);
      return typeof policy === 'string' ? { kind, unavailable: policy } : ask(policy, tick, past);
    });
}

/** Its usual parameters within the bounds of the slice's own policy, or why it has none. */
function policyFor(kind: Policy['kind'], { policy, sla }: SliceState): Policy | string {
  const { minFlavor, maxFlavor } = policy;
  const bounds = {
    ...(minFlavor === undefined ? {} : { minFlavor }),
    ...(maxFlavor === undefined ? {} : { maxFlavor }),
  };
  switch (kind) {
    case 'predictive':
    case 'reactive':
      return { kind, ...bounds };
    case 'load-threshold':
      return 'it needs the load that each flavor carries, which nothing but a fit to a record gives: see npm run replay';
    case 'mlo-v2':
      if (sla.side === 'lower' || sla.bound <= mloLowerBound) {
        return `its bounds are of a KPI that is to stay low, above ${mloLowerBound}`;
      }
      return { kind, upperBound: sla.bound, lowerBound: mloLowerBound, ...bounds };
  }
}

function ask(policy: Policy, tick: RecordedTick, past: readonly RecordedTick[]): OtherPolicy {
  const { decision: recorded, forecast } = tick;
  const { changeSeconds, ageSeconds, maxAgeSeconds } = recorded.numbers;
  if (typeof changeSeconds !== 'number' || typeof ageSeconds !== 'number') {
    const unavailable = 'the decision does not say how late it was, or what a change takes';
    return { kind: policy.kind, unavailable };
  }
  const slice: SliceState = {
    ...tick.slice,
    version: recorded.sliceVersion ?? tick.slice.version,
    epoch: recorded.epoch,
    mode: recorded.mode,
    flavorInForce: recorded.fromFlavor,
    policy,
  };
  let state = initialDeciderState(policy);
  for (const { forecast: before } of past) state = shown(before, slice, state);
  const { decision } = decide({
    forecast,
    slice,
    state,
    changes: (recorded.changes ?? []).map(asVerified),
    changeSeconds,
    ageSeconds,
    maxAgeSeconds: maxAgeSeconds ?? Number.MAX_SAFE_INTEGER,
  });
  const explanation = explain(decision, slice);
  return { kind: policy.kind, policy, ticksSeen: past.length, decision, explanation };
}

/** What the KPI says of a change is for the policy to judge that made it. */
function asVerified(fact: ChangeFact): ChangeFact {
  return fact.status === 'applied' || fact.status === 'verifying'
    ? { ...fact, status: 'verified' }
    : fact;
}

/** What a policy remembers after a past tick, under the flavor that was in force then. */
function shown(forecast: SliceForecast, slice: SliceState, state: DeciderState): DeciderState {
  const { epoch, flavorInForce } = forecast;
  return decide({
    forecast,
    slice: { ...slice, epoch, flavorInForce },
    state,
    changes: [],
    changeSeconds: 0,
    ageSeconds: 0,
    maxAgeSeconds: Number.MAX_SAFE_INTEGER,
  }).state;
}
