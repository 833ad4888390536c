import type { Histogram, Metrics } from '@slicecast/platform';
import { type DropReason, dropReasons } from '../domain/point-sink.ts';

/** What the recorder has done since it was started. */
export interface Counts {
  /** An acknowledged batch; `lagSeconds`: the age of its newest message then. */
  written(topic: string, points: number, lagSeconds: number): void;
  dropped(reason: DropReason, points: number): void;
  /** One request to InfluxDB, whatever became of it. */
  readonly writeSeconds: Histogram;
  byTopic(): ReadonlyMap<string, { readonly points: number; readonly lagSeconds: number }>;
  drops(): ReadonlyMap<DropReason, number>;
}

export function createCounts(metrics: Metrics): Counts {
  const name = (rest: string) => `slicecast_recorder_${rest}`;
  const writtenTotal = metrics.counter(name('written_total'), 'Points acknowledged', ['topic']);
  const droppedTotal = metrics.counter(name('dropped_total'), 'Points not recorded', ['reason']);
  const lag = metrics.gauge(
    name('lag_seconds'),
    'Age of the newest message of a topic when its point was acknowledged',
    ['topic'],
  );
  const topics = new Map<string, { points: number; lagSeconds: number }>();
  const drops = new Map<DropReason, number>(dropReasons.map((reason) => [reason, 0]));
  for (const reason of dropReasons) droppedTotal.inc({ reason }, 0);
  return {
    written(topic, points, lagSeconds) {
      writtenTotal.inc({ topic }, points);
      lag.set({ topic }, lagSeconds);
      topics.set(topic, { points: (topics.get(topic)?.points ?? 0) + points, lagSeconds });
    },
    dropped(reason, points) {
      droppedTotal.inc({ reason }, points);
      drops.set(reason, (drops.get(reason) ?? 0) + points);
    },
    writeSeconds: metrics.histogram(name('write_seconds'), 'One write to InfluxDB', ['status']),
    byTopic: () => topics,
    drops: () => drops,
  };
}
