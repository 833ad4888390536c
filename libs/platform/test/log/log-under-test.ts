import { Type } from 'typebox';
import type { Log, LogRecord, Subscription } from '../../src/index.ts';

/** A log that the behaviour suite runs on. */
export interface LogUnderTest {
  readonly log: Log;
  /** Removes what the log kept. */
  dispose(): Promise<void>;
}

/** A topic of its own for each test: `name` tells them apart on a log that lives longer. */
export function readings(name: string, cleanup: 'delete' | 'compact' = 'delete') {
  return { name, schema: Type.Object({ n: Type.Number() }), cleanup } as const;
}

export type Reading = { n: number };

export function reading(key: string, at: number, n: number) {
  return { key, at, value: { n } };
}

/** Subscribes and collects; `until(count)` resolves when that many records were handled. */
export async function collect(
  log: Log,
  group: string,
  topic: ReturnType<typeof readings>,
  from: 'earliest' | 'latest' = 'earliest',
): Promise<Collector> {
  const records: LogRecord<Reading>[] = [];
  let wake: () => void = () => undefined;
  const subscription = await log.subscribe({
    group,
    topic,
    from,
    async onBatch(batch) {
      records.push(...batch);
      wake();
    },
  });
  return {
    records,
    subscription,
    async until(count) {
      while (records.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return records;
    },
  };
}

export interface Collector {
  readonly records: LogRecord<Reading>[];
  readonly subscription: Subscription;
  until(count: number): Promise<LogRecord<Reading>[]>;
}

export async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const array: T[] = [];
  for await (const item of items) array.push(item);
  return array;
}
