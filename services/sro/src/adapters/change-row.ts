import type { Change } from '@slicecast/contracts';

/** A row of sro.changes. */
export interface ChangeRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly slice_id: number;
  readonly epoch: number;
  readonly origin: Change['origin'];
  readonly reason: Change['reason'];
  readonly from_flavor: number;
  readonly to_flavor: number;
  readonly status: Change['status'];
  readonly at: number;
  readonly settled_at: number | null;
  readonly attempts: number;
  readonly duration_ms: number | null;
  readonly error_code: string | null;
  readonly error_detail: string | null;
}

export const changeColumns = `id, tenant_id, slice_id, epoch, origin, reason, from_flavor, to_flavor,
  status, at, settled_at, attempts, duration_ms, error_code, error_detail`;

export function changeOf(row: ChangeRow): Change {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    sliceId: row.slice_id,
    epoch: row.epoch,
    origin: row.origin,
    reason: row.reason,
    fromFlavor: row.from_flavor,
    toFlavor: row.to_flavor,
    status: row.status,
    at: row.at,
    settledAt: row.settled_at,
    attempts: row.attempts,
    durationMs: row.duration_ms,
    error:
      row.error_code === null ? null : { code: row.error_code, detail: row.error_detail ?? '' },
  };
}
