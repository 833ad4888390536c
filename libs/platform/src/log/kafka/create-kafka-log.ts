import type { Static, TSchema } from 'typebox';
import { AppError } from '../../app-error.ts';
import { type Logger, silentLogger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { pause } from '../../system-clock.ts';
import type {
  Log,
  LogMessage,
  ReadOptions,
  SubscribeOptions,
  Subscription,
  TopicSpec,
} from '../log.ts';
import { createLogCounts } from '../log-counts.ts';
import { encodeMessage } from '../message-codec.ts';
import { createKafkaClient, logUnavailable } from './kafka-client.ts';
import type { KafkaAccess, TopicDefaults } from './kafka-config.ts';
import { subscribeToKafka } from './kafka-subscription.ts';
import { readKafkaByTime } from './read-kafka-by-time.ts';
import { createSender } from './sender.ts';
import { createTopicReader, type TopicReader } from './topic-reader.ts';
import { createTopics } from './topics.ts';

export interface KafkaLogOptions {
  readonly access: KafkaAccess;
  /** Without: a topic that is not there is refused with AppError 404 `topic-unknown`, not made. */
  readonly topics?: TopicDefaults;
  /** Names this process to the brokers. */
  readonly clientId: string;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  /** The growing pause before a batch is given again; tests pass one that does not wait. */
  readonly pause?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/**
 * The log on Kafka. Nothing is asked of the brokers before it is needed: a service starts without them,
 * and whatever it asks for is refused with AppError 503 `log-unavailable` until they are there.
 */
export function createKafkaLog(options: KafkaLogOptions): Log {
  const logger = options.logger ?? silentLogger;
  const kafka = createKafkaClient(options.access, options.clientId, logger);
  const counts = createLogCounts(options.metrics);
  const admin = kafka.admin();
  const topics = createTopics(admin, options.topics);
  const sender = createSender(kafka);
  const readers = new Map<string, TopicReader>();
  const open = new Set<Subscription>();
  let connecting: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  let consuming = true;

  /** Number of partitions, once the brokers answer. */
  async function partitionsOf(topic: Pick<TopicSpec, 'name' | 'cleanup'>): Promise<number> {
    connecting ??= admin.connect();
    await connecting.catch((error) => {
      connecting = undefined;
      throw logUnavailable(error);
    });
    return topics.partitions(topic);
  }

  function readerOf(topic: string, partitions: number): TopicReader {
    const reader = readers.get(topic) ?? createTopicReader({ kafka, logger }, topic, partitions);
    readers.set(topic, reader);
    return reader;
  }

  async function append<Schema extends TSchema>(
    topic: TopicSpec<Schema>,
    messages: readonly LogMessage<Static<Schema>>[],
  ): Promise<void> {
    if (!consuming) throw closedError();
    if (messages.length === 0) return;
    const records = messages.map((message) => encodeMessage(topic, message));
    const partitions = topics.known(topic) ?? (await partitionsOf(topic));
    await sender.send(topic.name, partitions, records);
    counts.appended(topic.name, records.length);
  }

  async function subscribe<Schema extends TSchema>(
    wanted: SubscribeOptions<Schema>,
  ): Promise<Subscription> {
    if (closing !== undefined) throw closedError();
    await partitionsOf(wanted.topic);
    const parts = { kafka, admin, logger, counts, append, pause: options.pause ?? pause };
    const inner = await subscribeToKafka(parts, wanted);
    const subscription: Subscription = {
      async close() {
        open.delete(subscription);
        await inner.close();
      },
    };
    open.add(subscription);
    return subscription;
  }

  async function close(): Promise<void> {
    await Promise.all([...open].map((subscription) => subscription.close()));
    consuming = false;
    await sender.close();
    await Promise.all([...readers.values()].map((reader) => reader.close()));
    await admin.disconnect();
  }

  return {
    append,
    subscribe,
    readByTime<Schema extends TSchema>(wanted: ReadOptions<Schema>) {
      if (!consuming) throw closedError();
      const parts = { admin, counts, partitions: partitionsOf, reader: readerOf };
      return readKafkaByTime(parts, wanted);
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function closedError(): AppError {
  return new AppError('The log is closed: the process is about to end.', {
    status: 503,
    code: 'log-closed',
    retriable: true,
  });
}
