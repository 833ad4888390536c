import { type Database, every, type Logger, type Loop } from '@slicecast/platform';
import type { ExtractionFiles } from '../../ports.ts';
import { rawKey } from './keep-columns.ts';
import { extractionKey } from './run-job.ts';

export interface RetentionOptions {
  readonly database: Database;
  readonly files: ExtractionFiles;
  readonly logger: Logger;
  readonly now: () => number;
  /** Extractions are kept for so long, */
  readonly keepMs: number;
  /** and of one slice at most so many. */
  readonly keepPerSlice: number;
  /** Rows of jobs and of extractions that are gone stay this long, so that they are answered with 410. */
  readonly rememberMs: number;
}

const periodMs = 60_000;

/** Keeps the number and the age of extractions bounded; one that a job works on is left alone. */
export function startRetention(options: RetentionOptions): Loop {
  return every({
    name: 'extraction-retention',
    periodMs,
    logger: options.logger,
    run: () => applyRetention(options),
  });
}

export async function applyRetention(options: RetentionOptions): Promise<void> {
  const { database, files, now } = options;
  await database.query(goneSql, [now() - options.keepMs, options.keepPerSlice]);
  const forgotten = now() - options.rememberMs;
  await database.query(forgetJobsSql, [forgotten]);
  await database.query(forgetExtractionsSql, [forgotten]);
  const present = await database.query<{ slice_id: number; current_ts: string | number }>(
    `select slice_id, current_ts from ima.extractions where state <> 'gone'`,
  );
  const wanted = new Set(
    present.flatMap((row) => {
      const key = extractionKey(row.slice_id, Number(row.current_ts));
      return [key, rawKey(key)];
    }),
  );
  for (const key of await files.list()) if (!wanted.has(key)) await files.remove(key);
}

const inWork = `exists (
  select 1 from ima.jobs j where j.slice_id = e.slice_id and j.current_ts = e.current_ts
    and j.status in ('queued', 'running'))`;

const goneSql = `
  update ima.extractions e set state = 'gone', kpi_at = null, kpi_values = null
  where state <> 'gone' and not ${inWork} and (
    created_at < $1 or (
      select count(*) from ima.extractions newer
      where newer.slice_id = e.slice_id and newer.state <> 'gone'
        and newer.current_ts > e.current_ts
    ) >= $2
  )`;

const forgetJobsSql = `
  delete from ima.jobs
  where status not in ('queued', 'running') and not report_due and updated_at < $1`;

const forgetExtractionsSql = `
  delete from ima.extractions e where state = 'gone' and created_at < $1 and not ${inWork}`;
