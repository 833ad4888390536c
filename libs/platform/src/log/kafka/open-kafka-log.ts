import type { Logger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Log } from '../log.ts';
import { createKafkaLog } from './create-kafka-log.ts';
import { accessOf, type KafkaSettings, topicDefaultsOf } from './kafka-config.ts';

/** The log of a service as its environment describes it; it comes up when the brokers do. */
export function openKafkaLog(
  settings: KafkaSettings,
  parts: { readonly clientId: string; readonly logger: Logger; readonly metrics: Metrics },
): Log {
  return createKafkaLog({
    ...parts,
    access: accessOf(settings),
    topics: topicDefaultsOf(settings),
  });
}
