import type { KafkaMessage } from 'kafkajs';
import type { Static, TSchema } from 'typebox';
import type { LogRecord, SubscribeOptions, TopicSpec } from '../log.ts';
import type { StoredRecord } from '../log-storage.ts';
import { type Decoded, decodeValue } from '../message-codec.ts';

/** What the client, as it is patched, tells of a message besides: where it lies in the fetched bytes. */
interface Placed {
  readonly buffer: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly offsetNumber: number;
  readonly timestampNumber: number;
}

/** A message as it was fetched: its key and its text are made when somebody asks for them. */
export class FetchedRecord implements StoredRecord {
  readonly at: number;
  readonly offset: number;
  readonly #placed: Placed;
  #key: string | undefined;

  constructor(placed: Placed) {
    this.at = placed.timestampNumber;
    this.offset = placed.offsetNumber;
    this.#placed = placed;
  }

  /** Without a key: ''. */
  get key(): string {
    const { buffer, keyStart, keyEnd } = this.#placed;
    this.#key ??= keyEnd === -1 ? '' : buffer.toString('utf8', keyStart, keyEnd);
    return this.#key;
  }

  get json(): string {
    const { buffer, valueStart, valueEnd } = this.#placed;
    return buffer.toString('utf8', valueStart, valueEnd);
  }

  /** Of key and value. */
  get bytes(): number {
    const { keyStart, keyEnd, valueStart, valueEnd } = this.#placed;
    return valueEnd - valueStart + Math.max(0, keyEnd - keyStart);
  }

  decode<Schema extends TSchema>(topic: TopicSpec<Schema>): Decoded<Static<Schema>> {
    const { buffer, valueStart, valueEnd } = this.#placed;
    const read = topic.readBytes?.(buffer, valueStart, valueEnd);
    return read === undefined ? decodeValue(topic, this.json) : { ok: true, value: read };
  }
}

/** Undefined for a tombstone, which is no message, and for one that is not wanted. */
export function fetchedOf(
  message: KafkaMessage,
  wants?: SubscribeOptions<never>['wants'],
): FetchedRecord | undefined {
  const placed = placedOf(message);
  if (placed.valueEnd === -1) return undefined;
  const record = new FetchedRecord(placed);
  return wants === undefined || wants(record) ? record : undefined;
}

/** Messages of a broker's oldest format come as they always did. */
function placedOf(message: KafkaMessage): Placed {
  if ('valueEnd' in message) return message as unknown as Placed;
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

/** A record as a handler gets it. */
export class FetchedLogRecord<Value> implements LogRecord<Value> {
  readonly partition: number;
  readonly value: Value;
  readonly at: number;
  readonly offset: number;
  readonly #source: FetchedRecord;

  constructor(source: FetchedRecord, partition: number, value: Value) {
    this.partition = partition;
    this.value = value;
    this.at = source.at;
    this.offset = source.offset;
    this.#source = source;
  }

  get key(): string {
    return this.#source.key;
  }
}
