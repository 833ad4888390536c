import { createMetrics, type Metrics } from '../observability/metrics.ts';

/** What a log counts; whatever it drops or passes over is counted by reason. */
export interface LogCounts {
  appended(topic: string, records: number): void;
  /** `retention`, `compaction`: no longer kept. `poison`: moved to the dead letters. `skipped`: gone before a group read it. */
  dropped(topic: string, reason: DropReason, records: number): void;
  redelivered(topic: string, group: string): void;
}

export type DropReason = 'retention' | 'compaction' | 'poison' | 'skipped' | 'torn';

export function createLogCounts(metrics: Metrics = createMetrics('log')): LogCounts {
  const appended = metrics.counter('slicecast_log_appended_total', 'Messages written', ['topic']);
  const dropped = metrics.counter(
    'slicecast_log_dropped_total',
    'Messages no longer kept, moved away or passed over',
    ['topic', 'reason'],
  );
  const redelivered = metrics.counter(
    'slicecast_log_redelivered_total',
    'Batches given again after their handler failed',
    ['topic', 'group'],
  );
  return {
    appended: (topic, records) => appended.inc({ topic }, records),
    dropped: (topic, reason, records) => dropped.inc({ topic, reason }, records),
    redelivered: (topic, group) => redelivered.inc({ topic, group }),
  };
}
