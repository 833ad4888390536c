import type { Profile, SelectionReport } from '@slicecast/contracts';
import type { Database } from '@slicecast/platform';
import type { ProfileData, ReceivedProfile } from '../ports.ts';
import { jobColumns, type ProfileJobRow, toProfileJob } from './profile-job-row.ts';

interface ReceivedRow {
  readonly profile: Profile;
  readonly selection: SelectionReport | null;
}

export function createProfileDataStore(database: Database): ProfileData {
  return {
    async yCsv(jobId) {
      const sql = 'select y_csv from sro.jobs where id = $1';
      const [row] = await database.query<{ y_csv: string | null }>(sql, [jobId]);
      return row?.y_csv ?? null;
    },
    async newestY(sliceId, flavorId) {
      const [row] = await database.query<{ kpi_name: string; y_csv: string }>(
        `select kpi_name, y_csv from sro.jobs
         where slice_id = $1 and flavor_id = $2 and y_csv is not null
         order by created_at desc, id desc limit 1`,
        [sliceId, flavorId],
      );
      return row === undefined ? undefined : { kpiName: row.kpi_name, csv: row.y_csv };
    },
    async received(jobId) {
      const sql = 'select profile, selection from sro.jobs where id = $1 and profile is not null';
      const [row] = await database.query<ReceivedRow>(sql, [jobId]);
      return row === undefined ? undefined : receivedOf(row);
    },
    async newestProfile(sliceId, flavorId) {
      const [row] = await database.query<ProfileJobRow & ReceivedRow>(
        `select ${jobColumns}, profile, selection from sro.jobs
         where slice_id = $1 and flavor_id = $2 and profile is not null
         order by created_at desc, id desc limit 1`,
        [sliceId, flavorId],
      );
      return row === undefined ? undefined : { job: toProfileJob(row), received: receivedOf(row) };
    },
  };
}

function receivedOf({ profile, selection }: ReceivedRow): ReceivedProfile {
  return { profile, selection };
}
