import type { Admin } from 'kafkajs';
import { AppError } from '../../app-error.ts';
import type { TopicSpec } from '../log.ts';
import { logUnavailable } from './kafka-client.ts';
import type { TopicDefaults } from './kafka-config.ts';

export type TopicName = Pick<TopicSpec, 'name' | 'cleanup'>;

/** The topics of the cluster, made when they are first needed, if so defined. */
export interface Topics {
  /** Number of partitions; AppError 503 `log-unavailable`, or 404 `topic-unknown` for one that is not to be made. */
  partitions(topic: TopicName): Promise<number>;
  /** The same where it was asked for before: order of appends needs an answer at once. */
  known(topic: TopicName): number | undefined;
}

/** As large as the largest message, and what Kafka puts around it. */
const maxMessageBytes = 9 * 2 ** 20;

export function createTopics(admin: Admin, defaults: TopicDefaults | undefined): Topics {
  const counts = new Map<string, number>();
  const asked = new Map<string, Promise<number>>();

  async function ask(topic: TopicName): Promise<number> {
    try {
      const count = await ensureTopic(admin, defaults, topic);
      counts.set(topic.name, count);
      return count;
    } catch (error) {
      throw error instanceof AppError ? error : logUnavailable(error);
    } finally {
      asked.delete(topic.name);
    }
  }

  return {
    known: ({ name }) => counts.get(name),
    partitions(topic) {
      const answer = asked.get(topic.name) ?? ask(topic);
      asked.set(topic.name, answer);
      return answer;
    },
  };
}

async function ensureTopic(
  admin: Admin,
  defaults: TopicDefaults | undefined,
  topic: TopicName,
): Promise<number> {
  const { name } = topic;
  if (!(await admin.listTopics()).includes(name)) {
    if (defaults === undefined) {
      const message = `These brokers have no topic ${name}: no Slicecast has run on them.`;
      throw new AppError(message, { status: 404, code: 'topic-unknown' });
    }
    await makeTopic(admin, defaults, topic);
  }
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
  const count = topics[0]?.partitions.length ?? 0;
  if (count === 0) throw new Error(`topic ${name} has no partitions yet`);
  return count;
}

async function makeTopic(
  admin: Admin,
  { partitions, replicationFactor, retentionMs }: TopicDefaults,
  { name, cleanup }: TopicName,
): Promise<void> {
  const entries = {
    'cleanup.policy': cleanup,
    'max.message.bytes': maxMessageBytes,
    // A message's time is the instant it is about; a replay may be ahead of the brokers' clocks.
    'message.timestamp.after.max.ms': '9223372036854775807',
    ...(cleanup === 'delete'
      ? { 'retention.ms': retentionMs }
      : { 'min.cleanable.dirty.ratio': 0.1, 'segment.ms': 3_600_000 }),
  };
  const configEntries = Object.entries(entries).map(([key, value]) => ({
    name: key,
    value: String(value),
  }));
  // False when another process was faster.
  await admin.createTopics({
    topics: [{ topic: name, numPartitions: partitions, replicationFactor, configEntries }],
  });
}
