import type { ReadOptions } from './log.ts';
import { partitionOf } from './partition-of.ts';

/** Which of `count` partitions and which messages a read by keys is about; without keys all of them. */
export interface WantedKeys {
  isIn(partition: number): boolean;
  has(key: string): boolean;
}

export function wantedKeys({ key }: Pick<ReadOptions<never>, 'key'>, count: number): WantedKeys {
  if (key === undefined) return { isIn: () => true, has: () => true };
  const keys = typeof key === 'string' ? new Set([key]) : key;
  const partitions = new Set([...keys].map((each) => partitionOf(each, count)));
  return { isIn: (partition) => partitions.has(partition), has: (each) => keys.has(each) };
}
