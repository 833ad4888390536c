import type { Flavor, FlavorId, Policy, SliceState } from '@slicecast/contracts';

export type Direction = 'up' | 'down';

/** The flavor that the id, or else the name, stands for in a path or a body. */
export function findFlavor(slice: SliceState, idOrName: FlavorId | string): Flavor | undefined {
  const text = String(idOrName);
  return (
    slice.flavors.find((flavor) => String(flavor.id) === text) ??
    slice.flavors.find((flavor) => flavor.name === text)
  );
}

/** The neighbour of the flavor in force by rank; undefined at the end of the ranks. */
export function nextFlavor(slice: SliceState, direction: Direction): Flavor | undefined {
  const current = findFlavor(slice, slice.flavorInForce);
  if (current === undefined) return undefined;
  const sign = direction === 'up' ? 1 : -1;
  return slice.flavors
    .filter((flavor) => (flavor.rank - current.rank) * sign > 0)
    .sort((a, b) => (a.rank - b.rank) * sign || a.id - b.id)[0];
}

/** Up when the rank does not fall: among flavors of one rank a change counts as one up. */
export function directionOf(slice: SliceState, toFlavor: FlavorId): Direction {
  const from = findFlavor(slice, slice.flavorInForce);
  const to = findFlavor(slice, toFlavor);
  return from !== undefined && to !== undefined && to.rank < from.rank ? 'down' : 'up';
}

/** The slice's flavors whose rank the policy allows. A bound that names no flavor of the slice bounds nothing. */
export function flavorsWithin(slice: SliceState, policy: Policy): Flavor[] {
  const lowest = rankOf(slice, policy.minFlavor) ?? Number.NEGATIVE_INFINITY;
  const highest = rankOf(slice, policy.maxFlavor) ?? Number.POSITIVE_INFINITY;
  return slice.flavors.filter((flavor) => flavor.rank >= lowest && flavor.rank <= highest);
}

function rankOf(slice: SliceState, id: FlavorId | undefined): number | undefined {
  return id === undefined ? undefined : slice.flavors.find((flavor) => flavor.id === id)?.rank;
}
