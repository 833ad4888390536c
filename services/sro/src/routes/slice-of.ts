import type { SliceState } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { DefinedSlice, DefinitionStore, SliceStore } from '../ports.ts';

/**
 * The slice that a path names, if the tenant has it.
 *
 * @throws AppError 404 `slice-unknown`
 */
export async function sliceOf(
  slices: Pick<SliceStore, 'get'>,
  sliceId: number,
  tenantId: string,
): Promise<SliceState> {
  const slice = await slices.get(sliceId, tenantId);
  if (slice !== undefined && !slice.deleted) return slice;
  throw unknownSlice(sliceId);
}

/** The same with its definition. */
export async function definedSliceOf(
  slices: Pick<DefinitionStore, 'find'>,
  sliceId: number,
  tenantId: string,
): Promise<DefinedSlice> {
  const slice = await slices.find(sliceId);
  if (slice !== undefined && slice.state.tenantId === tenantId) return slice;
  throw unknownSlice(sliceId);
}

/** Also for the slice of another tenant: nobody learns which ids others have. */
export function unknownSlice(sliceId: number): AppError {
  return new AppError(`There is no slice ${sliceId}.`, { status: 404, code: 'slice-unknown' });
}
