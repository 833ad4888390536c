import type { SliceState } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { SliceStore } from '../ports.ts';

/**
 * The slice that a path names, if the tenant has it.
 *
 * @throws AppError 404 `slice-unknown`
 */
export async function sliceOf(
  slices: SliceStore,
  sliceId: number,
  tenantId: string,
): Promise<SliceState> {
  const slice = await slices.get(sliceId, tenantId);
  if (slice !== undefined && !slice.deleted) return slice;
  throw new AppError(`There is no slice ${sliceId}.`, { status: 404, code: 'slice-unknown' });
}
