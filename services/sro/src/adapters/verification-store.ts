import type { Database } from '@slicecast/platform';
import type { VerificationStore } from '../deciding-ports.ts';

/** Fenced by the status: whoever comes second, or after a revert was asked for, does nothing. */
const watched = `status in ('applied', 'verifying') and verdict is null`;

export function createVerificationStore(database: Database): VerificationStore {
  return {
    async advance({ changeId, status, verdict, feltMs }, at) {
      const endedAt = status === 'verified' ? at : null;
      await database.query(
        `update sro.changes set status = $2, verdict = $3, ended_at = $4, felt_ms = $5
         where id = $1 and ${watched}`,
        [changeId, status, verdict, endedAt, feltMs],
      );
    },

    async expire(now) {
      const rows = await database.query<{ id: string }>(
        `update sro.changes set status = 'verified', verdict = 'unobserved', ended_at = $1
         where verify_by < $1 and ${watched} returning id`,
        [now],
      );
      return rows.length;
    },
  };
}
