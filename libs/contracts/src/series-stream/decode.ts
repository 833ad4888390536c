import { MessageHeader } from 'apache-arrow';
import { Value } from 'typebox/value';
import { Feature } from '../feature.ts';
import type { SeriesRecord } from '../series-stream.ts';
import { checkSchema } from './check-schema.ts';
import { SeriesStreamError } from './error.ts';
import { type BatchColumns, readBatch } from './read-batch.ts';
import { readMessages } from './read-messages.ts';

/** What a reader takes at most; past it the stream ends in a SeriesStreamError `too-large`. */
export interface SeriesStreamBounds {
  /** Of the whole stream; default 1 GiB. */
  readonly maxBytes?: number;
  /** Default 100,000. */
  readonly maxRecords?: number;
}

const defaultBounds = { maxBytes: 2 ** 30, maxRecords: 100_000 };

/**
 * The records of an Arrow IPC stream, as `encodeSeriesStream` writes it, one batch in memory at a
 * time; each record's values are its own copy. A null among the values becomes NaN. Throws
 * SeriesStreamError; errors of the source itself pass through. The source is given back on an early end.
 */
export async function* decodeSeriesStream(
  bytes: AsyncIterable<Uint8Array>,
  bounds: SeriesStreamBounds = {},
): AsyncGenerator<SeriesRecord> {
  const { maxBytes, maxRecords } = { ...defaultBounds, ...bounds };
  let schemaSeen = false;
  let count = 0;
  for await (const message of readMessages(bytes, maxBytes)) {
    if (!schemaSeen) {
      checkSchema(message);
      schemaSeen = true;
      continue;
    }
    if (Number(message.header.headerType()) !== MessageHeader.RecordBatch) throw unexpected();
    const batch = readBatch(message);
    for (let row = 0; row < batch.rows; row += 1) {
      count += 1;
      if (count > maxRecords) throw tooMany(maxRecords);
      yield readRecord(batch, row, count);
    }
  }
  if (!schemaSeen) throw unexpected();
}

function readRecord(batch: BatchColumns, row: number, count: number): SeriesRecord {
  const role = batch.role(row);
  if (role === 'candidate') {
    return { role, feature: readFeature(batch.feature(row), count), values: batch.values(row) };
  }
  if (role === 'clock' || role === 'kpi') return { role, feature: null, values: batch.values(row) };
  const given = JSON.stringify(role.slice(0, 40));
  throw malformed(count, `its role is ${given}, not clock, kpi or candidate`);
}

function readFeature(text: string, count: number): Feature {
  const feature = parseJson(text);
  if (Value.Check(Feature, feature)) return feature;
  if (feature === undefined) throw malformed(count, 'its feature is not a Feature in JSON');
  const fault = Value.Errors(Feature, feature)[0];
  const where = `${fault?.instancePath || '/'} ${fault?.message ?? 'is wrong'}`;
  throw malformed(count, `its feature is not a Feature: ${where}`);
}

/** undefined for what is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function malformed(count: number, what: string): SeriesStreamError {
  return new SeriesStreamError('malformed', `Record ${count} of the Arrow stream: ${what}.`);
}

function tooMany(maxRecords: number): SeriesStreamError {
  const message = `The Arrow stream has more than ${maxRecords} records.`;
  return new SeriesStreamError('too-large', message);
}

function unexpected(): SeriesStreamError {
  const message = 'The Arrow stream must be one schema message and record batches after it.';
  return new SeriesStreamError('malformed', message);
}
