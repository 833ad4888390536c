import {
  decodeSeriesStream,
  type Feature,
  type SeriesRecord,
  SeriesStreamError,
} from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { Candidate } from '../domain/selection-task.ts';

export interface SeriesBounds {
  readonly maxBytes: number;
  readonly maxCandidates: number;
  /** Candidates × rows. */
  readonly maxCells: number;
}

export interface ReadSeries {
  readonly clock: Float64Array;
  readonly kpi: Float64Array;
  readonly candidates: readonly Candidate[];
}

/**
 * Reads clock, KPI and candidates off a series stream, as they come. AppError 400 or 413 that names
 * what is wrong, as soon as it is seen.
 */
export async function readSeries(
  bytes: AsyncIterable<Uint8Array>,
  bounds: SeriesBounds,
): Promise<ReadSeries> {
  const { maxBytes, maxCandidates } = bounds;
  const records = decodeSeriesStream(bytes, { maxBytes, maxRecords: 2 + maxCandidates });
  try {
    return await collect(records, bounds);
  } catch (error) {
    if (isBrokenOff(error)) {
      throw refusal(400, 'series-malformed', 'body', 'The body broke off.', error);
    }
    if (!(error instanceof SeriesStreamError)) throw error;
    const status = error.code === 'too-large' ? 413 : 400;
    throw refusal(status, `series-${error.code}`, 'body', error.message, error);
  }
}

async function collect(
  records: AsyncIterable<SeriesRecord>,
  { maxCells }: SeriesBounds,
): Promise<ReadSeries> {
  let clock: Float64Array | undefined;
  let kpi: Float64Array | undefined;
  const candidates: Candidate[] = [];
  for await (const { role, feature, values } of records) {
    if (clock === undefined) {
      checkRole(role, 'clock', 'first');
      clock = checkedClock(values);
    } else if (kpi === undefined) {
      checkRole(role, 'kpi', 'second');
      checkLength(values, clock, 'kpi');
      kpi = values;
    } else if (role === 'candidate' && feature !== null) {
      checkLength(values, clock, nameOf(feature));
      candidates.push({ feature, values });
      if (candidates.length * clock.length > maxCells) throw tooManyCells(maxCells);
    } else {
      throw invalid(role, `After clock and kpi only candidates may come; here comes a ${role}.`);
    }
  }
  if (clock === undefined)
    throw invalid('clock', 'The stream has no records; send the clock first.');
  if (kpi === undefined) throw invalid('kpi', 'The stream ends before the kpi; send it second.');
  if (candidates.length === 0) {
    throw invalid('candidate', 'The stream has no candidates; send one at least.');
  }
  return { clock, kpi, candidates };
}

/** The client's connection ended within the body. */
function isBrokenOff(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

function checkRole(role: string, wanted: string, place: string): void {
  if (role === wanted) return;
  throw invalid(wanted, `The ${place} record must be the ${wanted}, and is a ${role}.`);
}

function checkedClock(clock: Float64Array): Float64Array {
  for (let row = 0; row < clock.length; row += 1) {
    const at = clock[row] as number;
    if (at >= 0 && (row === 0 || at > (clock[row - 1] as number))) continue;
    const before = row === 0 ? 'epoch 0' : `row ${row - 1} (${clock[row - 1]})`;
    throw invalid('clock', `Row ${row} of the clock, ${at}, must be later than ${before}.`);
  }
  return clock;
}

function checkLength(values: Float64Array, clock: Float64Array, name: string): void {
  if (values.length === clock.length) return;
  const message = `${name} has ${values.length} values, the clock has ${clock.length}: send as many, NaN where one is missing.`;
  throw invalid(name, message);
}

function nameOf({ series, labels }: Feature): string {
  return `candidate ${series} (${labels.__name__ ?? 'no name'})`;
}

function invalid(field: string, message: string): AppError {
  return refusal(400, 'series-invalid', field, message);
}

function tooManyCells(maxCells: number): AppError {
  const message = `More than ${maxCells} values in candidates × rows; send fewer of either.`;
  return refusal(413, 'series-too-large', 'body', message);
}

function refusal(
  status: number,
  code: string,
  field: string,
  message: string,
  cause?: Error,
): AppError {
  return new AppError(message, { status, code, cause, errors: [{ field, message }] });
}
