import type { Flavor, ReactivePolicy, SliceState } from '@slicecast/contracts';
import { EpochMs } from '@slicecast/contracts';
import { Type } from 'typebox';
import { definePolicy, type Numbers, type Outcome, type RuleInput } from './policy-rule.ts';
import { meanOf, noValues, RecentValues, withHighest, withValue } from './recent-values.ts';

/** The values of Kubernetes' autoscaler; see autoscaling/v2 and kube-controller-manager. */
export const reactiveDefaults = {
  syncSeconds: 15,
  windowSeconds: 15,
  toleranceRatio: 0.1,
  downStabilisationSeconds: 300,
  /** The target lies below the bound by so much that the tolerance ends at it. */
  headroomRatio: 1.1,
} as const;

const Memory = Type.Object({
  kpi: RecentValues,
  /** Replicas recommended at the syncs within the stabilisation, the highest first. */
  recommended: RecentValues,
  /** The newest sync, and what it recommended by itself; null before the first. */
  sync: Type.Union([Type.Object({ at: EpochMs, replicas: Type.Number() }), Type.Null()]),
});

/**
 * Kubernetes' horizontal autoscaler with flavors for replicas: every `syncSeconds`
 * ceil(replicas · KPI / target), nothing within the tolerance, up at once, down to the highest
 * recommendation of the stabilisation window. It waits for the KPI to be bad; that is what it is compared for.
 */
export const reactive = definePolicy<ReactivePolicy, typeof Memory>({
  kind: 'reactive',
  goesBy: 'kpi',
  // The stabilisation window is its own cooldown; one change a minute is a bound on harm, not part of its rule.
  limits: { cooldownUpSeconds: 0, cooldownDownSeconds: 0, maxChangesPerHour: 60 },
  memory: Memory,
  start: () => ({ kpi: noValues, recommended: noValues, sync: null }),

  observe(input, policy, memory) {
    const { at, observedKpi } = input.forecast;
    const settings = { ...reactiveDefaults, ...policy };
    const kpi =
      observedKpi === null
        ? memory.kpi
        : withValue(memory.kpi, { at, value: observedKpi, spanMs: settings.windowSeconds * 1000 });
    const due = memory.sync === null || at >= memory.sync.at + settings.syncSeconds * 1000;
    if (!due || kpi.values.length === 0) return { ...memory, kpi };
    const value = recommend(input, policy, meanOf(kpi));
    const spanMs = settings.downStabilisationSeconds * 1000;
    const recommended = withHighest(memory.recommended, { at, value, spanMs });
    return { kpi, recommended, sync: { at, replicas: value } };
  },

  choose(input, policy, { kpi, recommended, sync }): Outcome {
    const { slice, forecast, allowed } = input;
    const settings = { ...reactiveDefaults, ...policy };
    const current = replicasInForce(slice, policy);
    const now = sync?.replicas ?? current;
    const highest = recommended.values[0] ?? now;
    // Down to the highest recommendation of late, but never up by an old one.
    const wanted = now < current ? Math.min(current, highest) : now;
    const numbers: Numbers = {
      kpi: kpi.values.length === 0 ? null : meanOf(kpi),
      target: targetOf(slice, policy),
      replicas: current,
      wantedReplicas: wanted,
      windowSeconds: settings.windowSeconds,
      stabilisationSeconds: settings.downStabilisationSeconds,
      syncSeconds: settings.syncSeconds,
    };
    const keep = { toFlavor: slice.flavorInForce, numbers };
    if (sync === null) return { ...keep, reason: 'warming-up' };
    if (sync.at !== forecast.at) return { ...keep, reason: 'between-syncs' };
    if (now === current) return { ...keep, reason: 'within-sla' };
    if (wanted === current) return { ...keep, reason: 'stabilising' };
    const to = smallestWith(slice, policy, wanted, allowed);
    if (to === undefined || to.id === slice.flavorInForce) {
      return { ...keep, reason: wanted > current ? 'no-higher-flavor' : 'no-cheaper-flavor' };
    }
    const reason = wanted > current ? 'kpi-beyond-target' : 'kpi-below-target';
    return { ...keep, toFlavor: to.id, reason };
  },
});

/** The autoscaler's formula: the replicas that would bring the KPI to its target, were it shared among them. */
function recommend(input: RuleInput, policy: ReactivePolicy, kpi: number): number {
  const { slice } = input;
  const current = replicasInForce(slice, policy);
  const target = targetOf(slice, policy);
  const ratio = slice.sla.side === 'upper' ? kpi / target : target / kpi;
  const tolerance = policy.toleranceRatio ?? reactiveDefaults.toleranceRatio;
  if (!Number.isFinite(ratio) || Math.abs(ratio - 1) <= tolerance) return current;
  const needed = Math.ceil(current * ratio);
  const flavor = smallestWith(slice, policy, needed, slice.flavors);
  return flavor === undefined ? current : replicasOf(slice, policy, flavor);
}

function targetOf({ sla }: SliceState, policy: ReactivePolicy): number {
  const { headroomRatio } = reactiveDefaults;
  const usual = sla.side === 'upper' ? sla.bound / headroomRatio : sla.bound * headroomRatio;
  return policy.target ?? usual;
}

/** The flavor with the fewest replicas that are enough; the one with the most where none has. */
function smallestWith(
  slice: SliceState,
  policy: ReactivePolicy,
  replicas: number,
  flavors: readonly Flavor[],
): Flavor | undefined {
  const count = (flavor: Flavor) => replicasOf(slice, policy, flavor);
  const ascending = [...flavors].sort((a, b) => count(a) - count(b) || a.id - b.id);
  return ascending.find((flavor) => count(flavor) >= replicas) ?? ascending.at(-1);
}

function replicasInForce(slice: SliceState, policy: ReactivePolicy): number {
  const flavor = slice.flavors.find(({ id }) => id === slice.flavorInForce);
  return flavor === undefined ? 1 : replicasOf(slice, policy, flavor);
}

function replicasOf(slice: SliceState, policy: ReactivePolicy, flavor: Flavor): number {
  const given = policy.replicas?.[String(flavor.id)];
  return given ?? 1 + slice.flavors.filter(({ rank }) => rank < flavor.rank).length;
}
