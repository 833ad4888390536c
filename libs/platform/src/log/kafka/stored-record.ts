import type { KafkaMessage } from 'kafkajs';
import type { StoredRecord } from '../log-storage.ts';

/** A message as every log stores it; undefined for a tombstone, which is no message. Without a key: ''. */
export function storedOf(message: KafkaMessage): StoredRecord | undefined {
  const { key, value, timestamp, offset } = message;
  if (value === null) return undefined;
  return {
    key: key?.toString() ?? '',
    at: Number(timestamp),
    json: value.toString(),
    offset: Number(offset),
  };
}
