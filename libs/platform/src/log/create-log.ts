import type { Static, TSchema } from 'typebox';
import { AppError } from '../app-error.ts';
import { type Logger, silentLogger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { pause } from '../system-clock.ts';
import { type ConsumerGroup, createConsumerGroup } from './consumer-group.ts';
import type {
  Log,
  LogMessage,
  ReadOptions,
  SubscribeOptions,
  Subscription,
  TopicSpec,
} from './log.ts';
import { createLogCounts, type LogCounts } from './log-counts.ts';
import type { LogStorage, NewRecord } from './log-storage.ts';
import { encodeMessage } from './message-codec.ts';
import { partitionOf } from './partition-of.ts';
import { readByTime } from './read-by-time.ts';

export interface LogOptions {
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  /** The growing pause before a batch is given again; tests pass one that does not wait. */
  readonly pause?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** What the parts of a log share. */
export interface LogContext {
  readonly storage: LogStorage;
  readonly logger: Logger;
  readonly counts: LogCounts;
  readonly pause: (delayMs: number, signal: AbortSignal) => Promise<void>;
  append: Log['append'];
}

/** The log of one process over a storage: consumers of a group share partitions within the process. */
export function createLog(storage: LogStorage, options: LogOptions = {}): Log {
  const groups = new Map<string, ConsumerGroup>();
  const open = new Set<Subscription>();
  let closing: Promise<void> | undefined;
  /** Handlers in flight may append until the last one has ended. */
  let consuming = true;
  const context: LogContext = {
    storage,
    logger: options.logger ?? silentLogger,
    counts: createLogCounts(options.metrics),
    pause: options.pause ?? pause,
    append,
  };

  async function append<Schema extends TSchema>(
    topic: TopicSpec<Schema>,
    messages: readonly LogMessage<Static<Schema>>[],
  ): Promise<void> {
    const records = messages.map((message) => encodeMessage(topic, message));
    const partitions = await storage.partitions(topic);
    const parts = Map.groupBy(records, ({ key }) => partitionOf(key, partitions.length));
    await Promise.all([...parts].map(([index, part]) => storeOf(partitions, index).append(part)));
    context.counts.appended(topic.name, records.length);
  }

  async function subscribe<Schema extends TSchema>(
    options: SubscribeOptions<Schema>,
  ): Promise<Subscription> {
    if (closing !== undefined) throw closedError();
    const name = `${options.group} ${options.topic.name}`;
    const group = groups.get(name) ?? createConsumerGroup(context, options.group, options.topic);
    groups.set(name, group);
    const member = await group.join(options);
    const subscription: Subscription = {
      async close() {
        open.delete(subscription);
        await member.leave();
      },
    };
    open.add(subscription);
    return subscription;
  }

  async function close(): Promise<void> {
    await Promise.all([...open].map((subscription) => subscription.close()));
    consuming = false;
    await storage.close();
  }

  return {
    async append(topic, messages) {
      if (!consuming) throw closedError();
      await append(topic, messages);
    },
    subscribe,
    readByTime<Schema extends TSchema>(options: ReadOptions<Schema>) {
      if (!consuming) throw closedError();
      return readByTime(context, options);
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function storeOf<Store extends { append(records: readonly NewRecord[]): Promise<void> }>(
  partitions: readonly Store[],
  index: number,
): Store {
  const store = partitions[index];
  if (store === undefined) throw new RangeError(`there is no partition ${index}`);
  return store;
}

function closedError(): AppError {
  return new AppError('The log is closed: the process is about to end.', {
    status: 503,
    code: 'log-closed',
    retriable: true,
  });
}
