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
  readonly reverts: string | null;
  readonly settled_at: number | null;
  readonly verify_by: number | null;
  readonly ended_at: number | null;
  readonly verdict: Change['verdict'];
  readonly attempts: number;
  readonly duration_ms: number | null;
  readonly felt_ms: number | null;
  readonly error_code: string | null;
  readonly error_detail: string | null;
}

export const changeColumns = `id, tenant_id, slice_id, epoch, origin, reason, from_flavor, to_flavor,
  status, at, reverts, settled_at, verify_by, ended_at, verdict, attempts, duration_ms, felt_ms,
  error_code, error_detail`;

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
    reverts: row.reverts,
    settledAt: row.settled_at,
    verifyBy: row.verify_by,
    endedAt: row.ended_at,
    verdict: row.verdict,
    attempts: row.attempts,
    durationMs: row.duration_ms,
    feltMs: row.felt_ms,
    error:
      row.error_code === null ? null : { code: row.error_code, detail: row.error_detail ?? '' },
  };
}
