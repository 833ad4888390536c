import type { Static, TSchema } from 'typebox';

/** What the log needs to know of a topic; `@slicecast/contracts` lists the topics. */
export interface TopicSpec<Schema extends TSchema = TSchema> {
  readonly name: string;
  readonly schema: Schema;
  readonly cleanup: 'delete' | 'compact';
  /**
   * A quicker way from the text to the value than to parse and check it, for a reader of many messages. What it gives
   * fits the schema; undefined: it is parsed and checked, which also says what is wrong with it.
   */
  read?(json: string): Static<Schema> | undefined;
  /** The same from the text's bytes in UTF-8, where the log has them at hand and need not make a text of them. */
  readBytes?(bytes: Buffer, start: number, end: number): Static<Schema> | undefined;
  /**
   * A quicker way from the value to the text than to check and stringify it, for a writer of many messages whose values
   * fit the schema by how they are made; the text is what `JSON.stringify` gives.
   */
  write?(value: Static<Schema>): string;
}

export interface LogMessage<Value> {
  readonly key: string;
  /** The instant the message is about, epoch ms: `readByTime` goes by it. */
  readonly at: number;
  readonly value: Value;
}

export interface LogRecord<Value> extends LogMessage<Value> {
  readonly partition: number;
  /** Ascending within a partition, without promise of being consecutive. */
  readonly offset: number;
}

export interface SubscribeOptions<Schema extends TSchema> {
  /** Consumers of one group share the partitions; each group sees every message. */
  readonly group: string;
  readonly topic: TopicSpec<Schema>;
  /** Where a group without a committed offset begins; compacted topics: `earliest`. Default `earliest`. */
  readonly from?: 'earliest' | 'latest';
  /**
   * Called with newly assigned partitions before their first batch. `committedOffset` is the next
   * offset that `onBatch` will see. Rejection: tried again after a pause.
   */
  onAssigned?(partitions: readonly { partition: number; committedOffset: number }[]): Promise<void>;
  onRevoked?(partitions: readonly number[]): Promise<void>;
  /**
   * Asked of each message before it is parsed: what is not wanted is neither checked nor given to `onBatch`, and its offset
   * is committed with the others'. Default: all are.
   */
  wants?(message: { readonly key: string; readonly at: number }): boolean;
  /** What `onBatch` gets at once, at most; default 500. One that writes on to a distant server takes more. */
  readonly maxRecords?: number;
  /** The same in bytes of keys and values; default 1 MiB. */
  readonly maxBytes?: number;
  /**
   * Whether a log that fetches for several partitions at once fetches on while their batches are handled: for one that
   * writes much to a distant server. A message may then wait for a fetch that asks for the others alone. Default false.
   */
  readonly readAhead?: boolean;
  /**
   * Handles messages of one partition in order. The offset is committed after it resolves; when it
   * rejects the same batch comes again after a growing pause. Values that do not fit the schema
   * never reach it: they go to `<topic>-dead` with the reason and are counted.
   */
  onBatch(records: readonly LogRecord<Static<Schema>>[]): Promise<void>;
}

export interface Subscription {
  /** Resolves when the handler in flight has ended and its offset is committed. */
  close(): Promise<void>;
}

export interface ReadOptions<Schema extends TSchema> {
  readonly topic: TopicSpec<Schema>;
  /** Messages of this key, or of any of these: many keys at once cost one read of their partitions. */
  readonly key?: string | ReadonlySet<string>;
  /** Epoch ms; messages with fromMs <= at < toMs. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Only messages before this offset of that partition (the committed one, at a restart). */
  readonly before?: { readonly partition: number; readonly offset: number };
}

/**
 * The log: partitions by key, offsets, consumer groups, redelivery, read by time. Kafka, an
 * embedded one on disk, and one in memory stand behind it.
 */
export interface Log {
  /** Resolves when every message is durable; order per key is kept. Values are checked against the schema. */
  append<Schema extends TSchema>(
    topic: TopicSpec<Schema>,
    messages: readonly LogMessage<Static<Schema>>[],
  ): Promise<void>;
  /** Resolves when the consumer has joined its group. */
  subscribe<Schema extends TSchema>(options: SubscribeOptions<Schema>): Promise<Subscription>;
  /** Messages in the order of their offsets per partition, by the time they are about. */
  readByTime<Schema extends TSchema>(
    options: ReadOptions<Schema>,
  ): AsyncIterable<LogRecord<Static<Schema>>>;
  close(): Promise<void>;
}
