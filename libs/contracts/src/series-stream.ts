import { AsyncByteQueue, RecordBatchStreamWriter } from 'apache-arrow';
import type { Feature } from './feature.ts';
import { seriesBatch, seriesSchema } from './series-stream/batch.ts';

export { decodeSeriesStream, type SeriesStreamBounds } from './series-stream/decode.ts';
export { SeriesStreamError, type SeriesStreamFault } from './series-stream/error.ts';

/** What a record is about; `feature` is null for `clock` and `kpi`. */
export interface SeriesRecord {
  readonly role: 'clock' | 'kpi' | 'candidate';
  readonly feature: Feature | null;
  /** On the clock's instants (epoch ms); NaN where there is no value. */
  readonly values: Float64Array;
}

/** The media type of an Arrow IPC stream. */
export const seriesStreamType = 'application/vnd.apache.arrow.stream';

/** A batch is written when it has so many values or records: about 1 MiB of values. */
const valuesPerBatch = 131_072;
const recordsPerBatch = 256;

/**
 * Columns as an Arrow IPC stream: fields `role` (utf8), `feature` (utf8: JSON of a Feature, empty for
 * clock and kpi), `values` (list of float64), one record a row. Reads on as its reader does, and holds
 * one batch, plus one record, at a time.
 */
export async function* encodeSeriesStream(
  records: AsyncIterable<SeriesRecord> | Iterable<SeriesRecord>,
): AsyncGenerator<Uint8Array> {
  const written = new WrittenChunks();
  const writer = new RecordBatchStreamWriter({ autoDestroy: false }).reset(written, seriesSchema);
  let waiting: SeriesRecord[] = [];
  let values = 0;
  for await (const record of records) {
    waiting.push(record);
    values += record.values.length;
    if (values < valuesPerBatch && waiting.length < recordsPerBatch) continue;
    writer.write(seriesBatch(waiting));
    yield written.take();
    waiting = [];
    values = 0;
  }
  if (waiting.length > 0) writer.write(seriesBatch(waiting));
  writer.finish();
  yield written.take();
}

/** The writer's sink, emptied after each batch: its own queue has neither a bound nor a pause. */
class WrittenChunks extends AsyncByteQueue {
  #chunks: Uint8Array[] = [];

  override write(chunk: Uint8Array): void {
    if (chunk.byteLength > 0) this.#chunks.push(chunk);
  }

  take(): Uint8Array {
    const taken = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return taken;
  }
}
