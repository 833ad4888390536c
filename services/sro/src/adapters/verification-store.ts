import type { Database } from '@slicecast/platform';
import type { VerificationStore } from '../deciding-ports.ts';

export function createVerificationStore(database: Database): VerificationStore {
  return {
    async expire(now) {
      return (await database.query<{ id: string }>(expireSql, [now])).length;
    },
  };
}

/** What somebody writes to just now is left to them: this one writes to many slices, and waits for none. */
const expireSql = `
  update sro.changes set status = 'verified', verdict = 'unobserved', ended_at = $1
  where id in (
    select id from sro.changes
    where verify_by < $1 and status in ('applied', 'verifying') and verdict is null
    for update skip locked)
  returning id`;
