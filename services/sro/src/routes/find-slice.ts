import type { Flavor, SliceState } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { SliceStore } from '../ports.ts';

/** The slice if it is the tenant's; AppError 404 `slice-unknown` else. */
export async function findSlice(
  slices: Pick<SliceStore, 'get'>,
  sliceId: number,
  tenantId: string,
): Promise<SliceState> {
  const slice = await slices.get(sliceId, tenantId);
  if (slice !== undefined) return slice;
  throw new AppError(`slice ${sliceId} is not known`, { status: 404, code: 'slice-unknown' });
}

/** A flavor by id or by name; AppError 404 `flavor-unknown` names those there are. */
export function findFlavor(slice: SliceState, text: string): Flavor {
  const found = slice.flavors.find(({ id, name }) => String(id) === text || name === text);
  if (found !== undefined) return found;
  const known = slice.flavors.map(({ id, name }) => `${id} (${name})`).join(', ');
  throw new AppError(`slice ${slice.sliceId} has no flavor ${text.slice(0, 60)}; it has ${known}`, {
    status: 404,
    code: 'flavor-unknown',
  });
}
