import type { TopicSpec } from './log.ts';

/** A record as a storage keeps it: its value is JSON text, checked by those who write and read. */
export interface NewRecord {
  readonly key: string;
  /** Epoch ms. */
  readonly at: number;
  readonly json: string;
}

export interface StoredRecord extends NewRecord {
  readonly offset: number;
}

export interface ReadLimits {
  readonly maxRecords: number;
  /** Of keys and values; one record is given whatever its size. */
  readonly maxBytes: number;
}

export interface ScanRange {
  /** fromMs <= at < toMs */
  readonly fromMs: number;
  readonly toMs: number;
  /** Offsets below this one. */
  readonly before: number;
}

/** One partition: records in the order of their offsets. */
export interface PartitionStore {
  /** Resolves when the records are durable; calls take effect in their order. */
  append(records: readonly NewRecord[]): Promise<void>;
  /** Waits until there is a record at or after `from`; gives none only when aborted. */
  read(from: number, limits: ReadLimits, signal: AbortSignal): Promise<StoredRecord[]>;
  scan(range: ScanRange): AsyncIterable<StoredRecord>;
  /** The first offset kept and the next one to be given. */
  extent(): { readonly start: number; readonly end: number };
}

/** Where consumer groups go on; a commit resolves when it is durable. */
export interface OffsetStore {
  committed(group: string, topic: string, partition: number): number | undefined;
  commit(group: string, topic: string, partition: number, offset: number): Promise<void>;
}

/** What a log of one process is kept in. */
export interface LogStorage {
  /** Made when they are first asked for; the number of a topic's partitions never changes. */
  partitions(topic: Pick<TopicSpec, 'name' | 'cleanup'>): Promise<readonly PartitionStore[]>;
  readonly offsets: OffsetStore;
  close(): Promise<void>;
}
