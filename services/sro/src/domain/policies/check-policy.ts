import type { Flavor, FlavorId, Policy, PredictivePolicy } from '@slicecast/contracts';
import { predictiveDefaults } from './predictive.ts';

/** One thing that is wrong with a policy; `field` is a JSON pointer into it. */
export interface PolicyFault {
  readonly field: string;
  readonly message: string;
}

/** What the schema cannot see: whether a policy fits its slice's flavors, and itself. */
export function checkPolicy(policy: Policy, flavors: readonly Flavor[]): PolicyFault[] {
  return [...boundFaults(policy, flavors), ...ruleFaults(policy, flavors)];
}

function boundFaults(policy: Policy, flavors: readonly Flavor[]): PolicyFault[] {
  const known = flavors.map((flavor) => flavor.id).join(', ');
  const rank = (id: FlavorId | undefined) => flavors.find((flavor) => flavor.id === id)?.rank;
  const faults = (['minFlavor', 'maxFlavor', 'safeFlavor'] as const)
    .filter((field) => policy[field] !== undefined && rank(policy[field]) === undefined)
    .map((field) => ({
      field: `/${field}`,
      message: `is no flavor of the slice: send one of ${known}`,
    }));
  const lowest = rank(policy.minFlavor) ?? Number.NEGATIVE_INFINITY;
  const highest = rank(policy.maxFlavor) ?? Number.POSITIVE_INFINITY;
  const safe = rank(policy.safeFlavor);
  if (lowest > highest) {
    faults.push({ field: '/minFlavor', message: 'ranks above maxFlavor: no flavor would be left' });
  }
  if (safe !== undefined && (safe < lowest || safe > highest)) {
    faults.push({ field: '/safeFlavor', message: 'lies outside minFlavor and maxFlavor' });
  }
  return faults;
}

function ruleFaults(policy: Policy, flavors: readonly Flavor[]): PolicyFault[] {
  switch (policy.kind) {
    case 'mlo-v2':
      if (policy.lowerBound < policy.upperBound) return [];
      return [{ field: '/lowerBound', message: 'must be below upperBound' }];
    case 'predictive':
      return predictiveFaults(policy);
    case 'reactive':
      return growthFaults('replicas', policy.replicas ?? {}, flavors);
    case 'load-threshold':
      return growthFaults('capacities', policy.capacities, flavors);
  }
}

/** Numbers by flavor: each names a flavor of the slice, and a higher rank has no less. */
function growthFaults(
  field: string,
  numbers: Readonly<Record<string, number>>,
  flavors: readonly Flavor[],
): PolicyFault[] {
  const ids = new Set(flavors.map(({ id }) => String(id)));
  const faults = Object.keys(numbers)
    .filter((id) => !ids.has(id))
    .map((id) => ({
      field: `/${field}/${id}`,
      message: `names no flavor of the slice: send one of ${[...ids].join(', ')}`,
    }));
  let last = Number.NEGATIVE_INFINITY;
  for (const { id } of [...flavors].sort((a, b) => a.rank - b.rank)) {
    const own = numbers[String(id)];
    if (own === undefined) continue;
    if (own < last) {
      faults.push({ field: `/${field}/${id}`, message: 'is less than that of a lower rank' });
    }
    last = own;
  }
  return faults;
}

function predictiveFaults(policy: PredictivePolicy): PolicyFault[] {
  const { up = predictiveDefaults.up, down = predictiveDefaults.down } = policy;
  const acceptable =
    policy.acceptableViolationProbability ?? predictiveDefaults.acceptableViolationProbability;
  const faults: PolicyFault[] = [];
  if (up.m > up.n) faults.push({ field: '/up/m', message: 'is more than the n ticks it is of' });
  if (down.m > down.n)
    faults.push({ field: '/down/m', message: 'is more than the n ticks it is of' });
  if (down.probability > up.probability) {
    const message = `is above up.probability (${up.probability}): a flavor would be left as soon as it is taken`;
    faults.push({ field: '/down/probability', message });
  }
  if (acceptable > up.probability) {
    const message = `is above up.probability (${up.probability}): a flavor would be left as soon as it is taken`;
    faults.push({ field: '/acceptableViolationProbability', message });
  }
  return faults;
}
