import type { Queryable } from '@slicecast/platform';

/** Jobs of a flavor that keep their measurements; those behind them keep their outcome alone. */
const keptData = 5;
/** Jobs of a flavor that are remembered at all. */
const keptJobs = 200;

/**
 * Bounds what a flavor's jobs hold. The newest Y file and the profile of the newest model stay, however
 * old they are: the one can be trained from again, the other says what the model in charge is made of.
 */
export async function boundJobs(tx: Queryable, sliceId: number, flavorId: number): Promise<void> {
  await tx.query(dropDataSql, [sliceId, flavorId, keptData]);
  await tx.query(dropJobsSql, [sliceId, flavorId, keptJobs]);
}

const ofFlavor = 'slice_id = $1 and flavor_id = $2';
const newestFirst = 'order by created_at desc, id desc';

const dropDataSql = `
  update sro.jobs set y_csv = null, profile = null, selection = null
  where ${ofFlavor} and status <> 'running' and (y_csv is not null or profile is not null)
    and id not in (select id from sro.jobs where ${ofFlavor} ${newestFirst} limit $3)
    and id is distinct from
      (select id from sro.jobs where ${ofFlavor} and y_csv is not null ${newestFirst} limit 1)
    and id is distinct from
      (select id from sro.jobs where ${ofFlavor} and status = 'succeeded' and profile is not null
       order by updated_at desc, id desc limit 1)`;

const dropJobsSql = `
  delete from sro.jobs
  where ${ofFlavor} and status <> 'running' and y_csv is null and profile is null
    and id not in (select id from sro.jobs where ${ofFlavor} ${newestFirst} limit $3)`;
