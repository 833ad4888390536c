import type { Flavor, SliceState } from '@slicecast/contracts';
import { AppError, retry } from '@slicecast/platform';

export type LookUp = (sliceId: number) => Promise<SliceState | undefined>;

/** A slice that was made just now may still be on its way through the log. */
const patience = { attempts: 6, baseDelayMs: 50, maxDelayMs: 400 };

/** The slice if it is the tenant's; AppError 404 `slice-unknown` else. */
export async function findSlice(
  lookUp: LookUp,
  sliceId: number,
  tenantId: string,
): Promise<SliceState> {
  return retry(
    async () => {
      const slice = await lookUp(sliceId);
      if (slice !== undefined && slice.tenantId === tenantId) return slice;
      throw new AppError(`slice ${sliceId} is not known`, { status: 404, code: 'slice-unknown' });
    },
    {
      ...patience,
      shouldRetry: (error) => error instanceof AppError && error.code === 'slice-unknown',
    },
  );
}

/** A flavor by id or by name; AppError 404 `flavor-unknown` names those there are. */
export function findFlavor(slice: SliceState, text: string): Flavor {
  const found = slice.flavors.find(({ id, name }) => String(id) === text || name === text);
  if (found !== undefined) return found;
  const known = slice.flavors.map(({ id, name }) => `${id} (${name})`).join(', ');
  throw new AppError(
    `slice ${slice.sliceId} has no flavor \`${text.slice(0, 60)}\`; it has ${known}`,
    { status: 404, code: 'flavor-unknown' },
  );
}
