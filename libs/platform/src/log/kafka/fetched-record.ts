import type { KafkaMessage } from 'kafkajs';
import type { Static, TSchema } from 'typebox';
import type { LogRecord, SubscribeOptions, TopicSpec } from '../log.ts';
import type { ReadLimits, StoredRecord } from '../log-storage.ts';
import { type Decoded, decodeValue } from '../message-codec.ts';

/** A message where it lies in the fetched bytes, as the patched client tells it. An end of -1: there is none. */
export interface PlacedMessage {
  readonly buffer: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly offsetNumber: number;
  readonly timestampNumber: number;
}

/**
 * Messages from `index` on within the limits, at least one if any is left, and the index of the next one: without
 * tombstones, which are no messages, and without what is not wanted.
 */
export function takeFetched(
  messages: readonly KafkaMessage[],
  index: number,
  { maxRecords, maxBytes }: ReadLimits,
  wants: SubscribeOptions<never>['wants'],
): { readonly taken: readonly PlacedMessage[]; readonly next: number } {
  const taken: PlacedMessage[] = [];
  let bytes = 0;
  let next = index;
  for (; next < messages.length; next += 1) {
    const message = messages[next];
    if (message === undefined) break;
    const placed = placedOf(message);
    if (placed.valueEnd === -1) continue;
    if (wants?.({ key: keyOf(placed), at: placed.timestampNumber }) === false) continue;
    bytes += placed.valueEnd - placed.valueStart + Math.max(0, placed.keyEnd - placed.keyStart);
    if (taken.length === maxRecords || (taken.length > 0 && bytes > maxBytes)) break;
    taken.push(placed);
  }
  return { taken, next };
}

/** Messages of a broker's oldest format come as they always did. */
function placedOf(message: KafkaMessage): PlacedMessage {
  if ('valueEnd' in message) return message as unknown as PlacedMessage;
  const key = message.key ?? Buffer.alloc(0);
  const value = message.value ?? Buffer.alloc(0);
  return {
    buffer: Buffer.concat([key, value]),
    keyStart: 0,
    keyEnd: message.key === null ? -1 : key.length,
    valueStart: key.length,
    valueEnd: message.value === null ? -1 : key.length + value.length,
    offsetNumber: Number(message.offset),
    timestampNumber: Number(message.timestamp),
  };
}

export function decodePlaced<Schema extends TSchema>(
  topic: TopicSpec<Schema>,
  { buffer, valueStart, valueEnd }: PlacedMessage,
): Decoded<Static<Schema>> {
  const read = topic.readBytes?.(buffer, valueStart, valueEnd);
  if (read !== undefined) return { ok: true, value: read };
  return decodeValue(topic, buffer.toString('utf8', valueStart, valueEnd));
}

/** A message as every log stores it. */
export function storedOf(placed: PlacedMessage): StoredRecord {
  const { buffer, valueStart, valueEnd, timestampNumber: at, offsetNumber: offset } = placed;
  return { key: keyOf(placed), at, json: buffer.toString('utf8', valueStart, valueEnd), offset };
}

/** Without a key: ''. */
function keyOf({ buffer, keyStart, keyEnd }: PlacedMessage): string {
  return keyEnd === -1 ? '' : buffer.toString('utf8', keyStart, keyEnd);
}

/** A record as a handler gets it; what stands besides its value is read when somebody asks for it. */
export class FetchedRecord<Value> implements LogRecord<Value> {
  readonly partition: number;
  readonly value: Value;
  readonly #placed: PlacedMessage;
  #key: string | undefined;

  constructor(placed: PlacedMessage, partition: number, value: Value) {
    this.partition = partition;
    this.value = value;
    this.#placed = placed;
  }

  get key(): string {
    this.#key ??= keyOf(this.#placed);
    return this.#key;
  }

  get at(): number {
    return this.#placed.timestampNumber;
  }

  get offset(): number {
    return this.#placed.offsetNumber;
  }
}
