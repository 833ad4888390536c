/** Why something that was to be recorded is not; a closed list. */
export const dropReasons = [
  /** NaN or infinite: InfluxDB has no such number. */
  'not-finite',
  /** A measurement or a metric without a name. */
  'no-name',
  /** A message without a value. */
  'no-value',
  /** An instant that is none, or that InfluxDB cannot keep. */
  'bad-time',
  /** It would need a bucket beyond the most that are made. */
  'too-many-buckets',
  /** InfluxDB refused the line: a field of another type, a key too long. */
  'refused',
  /** InfluxDB takes no request as large as this one line. */
  'too-large',
  /** Older than the bucket keeps. */
  'beyond-retention',
] as const;
export type DropReason = (typeof dropReasons)[number];

/** Where a message's points go. */
export interface PointSink {
  /** A line of line protocol; undefined counts as `no-value`. */
  point(bucket: string, line: string | undefined): void;
  /** A line of one value: `head` is all before it, in UTF-8; the value is ASCII. */
  value(bucket: string, head: Buffer, value: string, atMs: number): void;
  drop(reason: DropReason): void;
}
