import { createLog, type LogOptions } from './create-log.ts';
import type { Log } from './log.ts';
import { createLogCounts } from './log-counts.ts';
import { createMemoryStorage } from './memory-storage.ts';

export interface MemoryLogOptions extends LogOptions {
  /** Of each topic; default 4. */
  readonly partitions?: number;
  /** Of one partition's keys and values; the oldest go first. Default 64 MiB. */
  readonly maxBytes?: number;
}

/** A log that lives as long as the process: for tests and replays. */
export function createMemoryLog(options: MemoryLogOptions = {}): Log {
  const storage = createMemoryStorage({
    partitions: options.partitions ?? 4,
    maxBytes: options.maxBytes ?? 64 * 2 ** 20,
    counts: createLogCounts(options.metrics),
  });
  return createLog(storage, options);
}
