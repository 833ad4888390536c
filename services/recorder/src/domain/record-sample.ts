import type { SampleMessage } from '@slicecast/contracts';
import { selectedMetricsBucket } from './buckets.ts';
import { floatField, isRecordable } from './line-protocol.ts';
import type { PointSink } from './point-sink.ts';
import type { SeriesHeads } from './series-heads.ts';

/** What is remembered between samples, so that nothing is written or read twice that is the same again. */
export interface SampleMemory {
  readonly heads: SeriesHeads;
  /** Epoch ms of a text in RFC 3339; NaN for what is none. */
  readonly msOf: (text: string) => number;
}

/** `<metric name>,<labels> value=…` in `selected-metrics`, as MLO-V2 wrote it, at the millisecond. */
export function recordSample(
  sample: SampleMessage,
  { heads, msOf }: SampleMemory,
  sink: PointSink,
): void {
  const head = heads.of(sample);
  if (head === undefined) {
    sink.drop('no-name');
    return;
  }
  const at = msOf(sample.timestamp);
  if (!isRecordable(at)) {
    sink.drop('bad-time');
    return;
  }
  const value = valueText(sample.value);
  if (value === undefined) {
    sink.drop('not-finite');
    return;
  }
  sink.value(selectedMetricsBucket, head, value, at);
}

/** Whole numbers that a double holds stand as they are written out. */
const wholeNumber = /^(?:0|-?[1-9]\d{0,14})$/;

function valueText(text: string): string | undefined {
  return wholeNumber.test(text) ? text : floatField(numberOf(text));
}

/** Empty text is no number; `Number` would make zero of it. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
