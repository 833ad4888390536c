import {
  AsyncByteQueue,
  Field,
  Float64,
  List,
  makeData,
  RecordBatch,
  RecordBatchReader,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { Value } from 'typebox/value';
import { Feature } from './feature.ts';

/** One column of a profile on its way to feature-selection. */
export interface SeriesRecord {
  /** `clock` comes first (epoch ms), then `kpi`, then the candidates. */
  readonly role: 'clock' | 'kpi' | 'candidate';
  /** null for clock and KPI. */
  readonly feature: Feature | null;
  /** As many as the clock has; NaN where a value is missing. */
  readonly values: Float64Array;
}

/** Content type of the stream. */
export const seriesStreamType = 'application/vnd.apache.arrow.stream';

const valueField = new Field('item', new Float64(), false);
const fields = {
  role: new Field('role', new Utf8(), false),
  feature: new Field('feature', new Utf8(), false),
  values: new Field('values', new List(valueField), false),
};
const schema = new Schema([fields.role, fields.feature, fields.values]);

/** A batch is closed at so many numbers (4 MiB): the most that either end holds at a time, but for one longer column. */
const batchValues = 2 ** 19;

/**
 * Columns as an Arrow IPC stream: a record a column, of `role`, `feature` (JSON; empty for clock and
 * KPI) and `values` (list of float64). Pulled batch by batch: the reader's pace is the writer's.
 */
export async function* encodeSeriesStream(
  records: AsyncIterable<SeriesRecord> | Iterable<SeriesRecord>,
): AsyncGenerator<Uint8Array> {
  const sink = new Collected();
  const writer = new RecordBatchStreamWriter<SeriesFields>();
  writer.reset(sink, schema);
  let pending: SeriesRecord[] = [];
  let values = 0;
  for await (const record of records) {
    pending.push(record);
    values += record.values.length;
    if (values < batchValues) continue;
    writer.write(toBatch(pending));
    yield* sink.take();
    pending = [];
    values = 0;
  }
  if (pending.length > 0) writer.write(toBatch(pending));
  writer.finish();
  yield* sink.take();
}

/** Reads what `encodeSeriesStream` wrote. RangeError when the stream is another one or was cut off. */
export async function* decodeSeriesStream(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<SeriesRecord> {
  const tail = { bytes: new Uint8Array() };
  const reader = await RecordBatchReader.from(watchTail(bytes, tail));
  for await (const batch of reader as AsyncIterable<RecordBatch>) {
    const roles = batch.getChild('role');
    const features = batch.getChild('feature');
    const columns = batch.getChild('values');
    for (let row = 0; row < batch.numRows; row += 1) {
      const values: unknown = columns?.get(row)?.toArray();
      if (!(values instanceof Float64Array)) throw new RangeError('`values` is no list of float64');
      yield readRecord(roles?.get(row), features?.get(row), values.slice());
    }
  }
  if (!isEndOfStream(tail.bytes)) throw new RangeError('the stream of series was cut off');
}

type SeriesFields = { role: Utf8; feature: Utf8; values: List<Float64> };

/** Keeps what the writer wrote until it is taken. */
class Collected extends AsyncByteQueue {
  #chunks: Uint8Array[] = [];

  override write(chunk: Uint8Array): void {
    if (chunk.byteLength > 0) this.#chunks.push(Uint8Array.from(chunk));
  }

  take(): readonly Uint8Array[] {
    const taken = this.#chunks;
    this.#chunks = [];
    return taken;
  }
}

/** Arrow takes a stream that ends between two batches for a whole one: its last eight bytes tell. */
async function* watchTail(
  bytes: AsyncIterable<Uint8Array>,
  tail: { bytes: Uint8Array },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    tail.bytes = Uint8Array.of(...tail.bytes, ...chunk.subarray(-8)).slice(-8);
    yield chunk;
  }
}

/** A continuation marker and a length of zero. */
function isEndOfStream(tail: Uint8Array): boolean {
  return tail.length === 8 && tail.every((byte, index) => byte === (index < 4 ? 0xff : 0));
}

function toBatch(records: readonly SeriesRecord[]): RecordBatch<SeriesFields> {
  const roles = vectorFromArray(
    records.map(({ role }) => role),
    new Utf8(),
  );
  const features = vectorFromArray(
    records.map(({ feature }) => (feature === null ? '' : JSON.stringify(feature))),
    new Utf8(),
  );
  const [role] = roles.data;
  const [feature] = features.data;
  if (role === undefined || feature === undefined) throw new RangeError('a batch needs records');
  const length = records.length;
  const children = [role, feature, toLists(records)];
  return new RecordBatch(
    schema,
    makeData({ type: new Struct<SeriesFields>(schema.fields), length, nullCount: 0, children }),
  );
}

function toLists(records: readonly SeriesRecord[]) {
  const valueOffsets = new Int32Array(records.length + 1);
  for (const [row, { values }] of records.entries()) {
    valueOffsets[row + 1] = (valueOffsets[row] ?? 0) + values.length;
  }
  const total = valueOffsets.at(-1) ?? 0;
  const data = new Float64Array(total);
  for (const [row, { values }] of records.entries()) data.set(values, valueOffsets[row]);
  const child = makeData({ type: new Float64(), length: total, nullCount: 0, data });
  const type = new List(valueField);
  return makeData({ type, length: records.length, nullCount: 0, valueOffsets, child });
}

function readRecord(role: unknown, text: unknown, values: Float64Array): SeriesRecord {
  if (role === 'clock' || role === 'kpi') return { role, feature: null, values };
  const feature: unknown = role === 'candidate' ? JSON.parse(String(text)) : undefined;
  if (!Value.Check(Feature, feature)) throw new RangeError(`no record of a candidate: ${text}`);
  return { role: 'candidate', feature, values };
}
