import type { SampleMessage } from '@slicecast/contracts';
import { selectedMetricsBucket } from './buckets.ts';
import { floatField, isRecordable } from './line-protocol.ts';
import type { PointSink } from './point-sink.ts';
import type { SeriesHeads } from './series-heads.ts';

/** `<metric name>,<labels> value=…` in `selected-metrics`, as MLO-V2 wrote it, at the millisecond. */
export function recordSample(sample: SampleMessage, heads: SeriesHeads, sink: PointSink): void {
  const head = heads.of(sample);
  if (head === undefined) {
    sink.drop('no-name');
    return;
  }
  const at = epochMs(sample.timestamp);
  if (!isRecordable(at)) {
    sink.drop('bad-time');
    return;
  }
  const value = floatField(numberOf(sample.value));
  if (value === undefined) {
    sink.drop('not-finite');
    return;
  }
  sink.point(selectedMetricsBucket, `${head} value=${value} ${at}`);
}

/** `Date.parse` takes local times too; MLO-V2's were RFC 3339. */
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

function epochMs(text: string): number {
  return rfc3339.test(text) ? Date.parse(text) : Number.NaN;
}

/** Empty text is no number; `Number` would make zero of it. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
