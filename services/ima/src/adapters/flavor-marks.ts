import type { SliceState } from '@slicecast/contracts';
import type { Database } from '@slicecast/platform';

/** The flavor that `POST /elasticity/…` named last, by slice. */
export interface FlavorMarks {
  mark(
    slice: Pick<SliceState, 'sliceId' | 'tenantId'>,
    flavorId: number,
    now: number,
  ): Promise<void>;
  of(sliceId: number): Promise<{ flavorId: number; markedAt: number } | undefined>;
}

export function createFlavorMarks(database: Database): FlavorMarks {
  return {
    async mark({ sliceId, tenantId }, flavorId, now) {
      await database.query(
        `insert into ima.flavor_marks (slice_id, tenant_id, flavor_id, marked_at)
         values ($1, $2, $3, $4)
         on conflict (slice_id) do update set
           tenant_id = excluded.tenant_id, flavor_id = excluded.flavor_id, marked_at = excluded.marked_at`,
        [sliceId, tenantId, flavorId, now],
      );
    },
    async of(sliceId) {
      const [row] = await database.query<{ flavor_id: number; marked_at: string | number }>(
        'select flavor_id, marked_at from ima.flavor_marks where slice_id = $1',
        [sliceId],
      );
      if (row === undefined) return undefined;
      return { flavorId: row.flavor_id, markedAt: Number(row.marked_at) };
    },
  };
}
