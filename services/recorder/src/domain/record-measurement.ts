import type { Measurement } from '@slicecast/contracts';
import { slaBucket, sliceOfMeasurement } from './buckets.ts';
import {
  floatField,
  isRecordable,
  lineOf,
  measurementName,
  stringField,
  tagTexts,
} from './line-protocol.ts';
import type { PointSink } from './point-sink.ts';

/**
 * `<measurement>,<tags> value=…`, MLO-V2's KPI and estimations, in the bucket of the slice that the
 * name or the message's key tells, else in `bucket`. Further values are `value_2`, `value_3`. A log
 * has its text in the tag `message`: it becomes the value, since every text as a tag were a series.
 */
export function recordMeasurement(
  message: Measurement,
  { key, bucket }: { readonly key: string; readonly bucket: string },
  sink: PointSink,
): void {
  const measurement = measurementName(message.measurement);
  if (measurement === undefined) {
    sink.drop('no-name');
    return;
  }
  const at = Math.round(Number(message.time) * 1000);
  if (!isRecordable(at)) {
    sink.drop('bad-time');
    return;
  }
  const sliceId = sliceOfMeasurement(message.measurement) ?? sliceOfKey(key);
  const place = sliceId === undefined ? bucket : slaBucket(sliceId);
  const { message: text, ...tags } = message.tags;
  if (message.values.length === 0) {
    if (text === undefined) {
      sink.drop('no-value');
      return;
    }
    sink.point(place, `${measurement}${tagTexts(tags)} value=${stringField(text)} ${at}`);
    return;
  }
  const fields = message.values.map(
    (value, index) => [index === 0 ? 'value' : `value_${index + 1}`, floatField(value)] as const,
  );
  const line = lineOf(measurement, tagTexts(message.tags), fields, at);
  if (line === undefined) {
    sink.drop('not-finite');
    return;
  }
  sink.point(place, line);
}

/** The key of a slice's message is its id; MLO-V2 sent none. */
function sliceOfKey(key: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(key) ? Number(key) : undefined;
}
