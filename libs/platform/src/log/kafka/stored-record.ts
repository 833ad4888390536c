import type { KafkaMessage } from 'kafkajs';
import type { SubscribeOptions } from '../log.ts';
import type { StoredRecord } from '../log-storage.ts';

/**
 * A message as every log stores it; undefined for a tombstone, which is no message, and for one that is not wanted.
 * Without a key: ''.
 */
export function storedOf(
  message: KafkaMessage,
  wants?: SubscribeOptions<never>['wants'],
): StoredRecord | undefined {
  const { value, timestamp, offset } = message;
  if (value === null) return undefined;
  const key = message.key?.toString() ?? '';
  const at = Number(timestamp);
  if (wants?.({ key, at }) === false) return undefined;
  return { key, at, json: value.toString(), offset: Number(offset) };
}
