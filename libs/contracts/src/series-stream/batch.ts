import {
  Field,
  Float64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import type { SeriesRecord } from '../series-stream.ts';

const list = new List(new Field('item', new Float64(), true));

export const seriesSchema = new Schema([
  new Field('role', new Utf8(), false),
  new Field('feature', new Utf8(), false),
  new Field('values', list, false),
]);

/** One record batch of at least one record; the values are copied, so that the records may be reused. */
export function seriesBatch(records: readonly SeriesRecord[]): RecordBatch {
  const children = [
    textData(records.map(({ role }) => role)),
    textData(records.map(({ feature }) => (feature === null ? '' : JSON.stringify(feature)))),
    listData(records.map(({ values }) => values)),
  ];
  const type = new Struct(seriesSchema.fields);
  return new RecordBatch(seriesSchema, makeData({ type, length: records.length, children }));
}

function textData(texts: readonly string[]) {
  const [data] = vectorFromArray(texts, new Utf8()).data;
  if (data === undefined) throw new RangeError('a batch has at least one record');
  return data;
}

function listData(columns: readonly Float64Array[]) {
  const valueOffsets = new Int32Array(columns.length + 1);
  let length = 0;
  columns.forEach((column, index) => {
    length += column.length;
    valueOffsets[index + 1] = length;
  });
  const values = new Float64Array(length);
  columns.forEach((column, index) => {
    values.set(column, valueOffsets[index]);
  });
  const child = makeData({ type: new Float64(), length, data: values });
  return makeData({ type: list, length: columns.length, nullCount: 0, valueOffsets, child });
}
