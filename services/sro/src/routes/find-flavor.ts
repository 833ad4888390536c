import type { Flavor, SliceState } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import { findFlavor as flavorOf } from '../domain/flavor-order.ts';

/** The flavor that a path names by its id or its name; AppError 404 `flavor-unknown` names those there are. */
export function findFlavor(slice: SliceState, text: string): Flavor {
  const found = flavorOf(slice, text);
  if (found !== undefined) return found;
  const known = slice.flavors.map(({ id, name }) => `${id} (${name})`).join(', ');
  throw new AppError(`slice ${slice.sliceId} has no flavor ${text.slice(0, 60)}; it has ${known}`, {
    status: 404,
    code: 'flavor-unknown',
  });
}
