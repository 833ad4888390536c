import type { SeriesRecord } from '@slicecast/contracts';
import type { Candidate } from './candidate.ts';

export interface ReadSeries {
  readonly clock: Float64Array;
  readonly kpi: Float64Array;
  readonly candidates: readonly Candidate[];
}

/** What is wrong with the records of a stream, in words. */
export class RecordsRefused extends Error {}

/** Cells of all candidates together; more would not fit beside the work on them. */
export const mostCells = 60_000_000;

/** Collects a stream's records: clock first, then the KPI, then candidates of the clock's length. */
export async function readRecords(records: AsyncIterable<SeriesRecord>): Promise<ReadSeries> {
  const candidates: Candidate[] = [];
  let clock: Float64Array | undefined;
  let kpi: Float64Array | undefined;
  for await (const record of records) {
    if (clock === undefined) {
      if (record.role !== 'clock')
        throw new RecordsRefused(`the first record must be the clock, not ${record.role}`);
      clock = checkedClock(record.values);
      continue;
    }
    checkLength(record, clock.length);
    if (kpi === undefined) {
      if (record.role !== 'kpi')
        throw new RecordsRefused(`the second record must be the kpi, not ${record.role}`);
      kpi = record.values;
      continue;
    }
    if (record.role !== 'candidate' || record.feature === null)
      throw new RecordsRefused(`after clock and kpi only candidates may come, not ${record.role}`);
    if ((candidates.length + 1) * clock.length > mostCells) {
      throw new RecordsRefused(`more than ${mostCells} cells: send fewer candidates or fewer rows`);
    }
    candidates.push({ feature: record.feature, values: record.values });
  }
  if (clock === undefined) throw new RecordsRefused('the stream holds no records');
  if (kpi === undefined) throw new RecordsRefused('the stream ends before the kpi');
  if (candidates.length === 0) throw new RecordsRefused('the stream holds no candidate');
  return { clock, kpi, candidates };
}

const fewestRows = 100;

function checkedClock(values: Float64Array): Float64Array {
  if (values.length < fewestRows) {
    throw new RecordsRefused(
      `the clock has ${values.length} rows, at least ${fewestRows} are needed`,
    );
  }
  for (let i = 1; i < values.length; i += 1) {
    if (!((values[i] ?? 0) > (values[i - 1] ?? 0))) {
      throw new RecordsRefused(`row ${i} of the clock is not later than the one before`);
    }
  }
  return values;
}

function checkLength({ role, values }: SeriesRecord, length: number): void {
  if (values.length === length) return;
  throw new RecordsRefused(`a ${role} has ${values.length} values, the clock has ${length}`);
}
