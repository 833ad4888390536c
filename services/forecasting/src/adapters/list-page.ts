import type { ListPage } from '../ports.ts';

/** The rest of a `select … from …`: one page of a tenant's rows, newest first. */
export const pageSql = `
  where tenant_id = $1 and ($2::integer is null or slice_id = $2)
    and ($3::integer is null or flavor_id = $3)
    and ($4::bigint is null or (created_at, id) < ($4, $5::text))
  order by created_at desc, id desc limit $6`;

export function pageParams(tenantId: string, page: ListPage): unknown[] {
  const { sliceId = null, flavorId = null, before, limit } = page;
  return [tenantId, sliceId, flavorId, before?.createdAt ?? null, before?.id ?? null, limit];
}
