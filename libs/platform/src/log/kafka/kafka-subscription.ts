import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { TSchema } from 'typebox';
import { retry } from '../../loops/retry.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Log, SubscribeOptions, Subscription } from '../log.ts';
import type { LogCounts } from '../log-counts.ts';
import { limitsOf } from '../take-batch.ts';
import { handleFetched } from './handle-fetched.ts';
import { consumerSettings, logUnavailable } from './kafka-client.ts';
import { createReadAhead } from './read-ahead.ts';
import { beginTenure, type Tenure } from './tenure.ts';

export interface SubscriptionParts {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly logger: Logger;
  readonly counts: LogCounts;
  readonly pause: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly append: Log['append'];
}

/** Batches handled side by side, each of another partition. */
const mostBatches = 8;
/** A fetch waits so long for more. */
const maxWaitMs = 100;
const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** A new cluster or group may need a moment before it lets anybody join. */
const joining = {
  attempts: 6,
  baseDelayMs: 200,
  maxDelayMs: 2000,
  shouldRetry: (error: unknown) => isKafkaError(error) && isRetriable(error),
};

/**
 * Joins the group, and joins it anew with a growing pause when the consumer breaks down. The client's groups
 * know one topic each: it hands out partitions without regard to who subscribed to which topic.
 */
export async function subscribeToKafka<Schema extends TSchema>(
  parts: SubscriptionParts,
  options: SubscribeOptions<Schema>,
): Promise<Subscription> {
  const { topic, group } = options;
  const groupId = `${group}.${topic.name}`;
  const logger = parts.logger.child({ group, topic: topic.name });
  const closing = new AbortController();
  let consumer: Consumer | undefined;
  let tenure: Tenure | undefined;
  let rejoining: Promise<void> | undefined;
  const failures = new Map<number, number>();
  const ahead = createReadAhead(mostBatches);

  async function join(): Promise<void> {
    const made = parts.kafka.consumer({
      ...consumerSettings,
      groupId,
      maxWaitTimeInMs: maxWaitMs,
      maxBytesPerPartition: limitsOf(options).maxBytes,
    });
    consumer = made;
    const joined = Promise.withResolvers<void>();
    made.on(made.events.GROUP_JOIN, ({ payload }) => {
      const partitions = payload.memberAssignment[topic.name] ?? [];
      tenure = beginTenure(
        { ...parts, logger, consumer: made, groupId },
        options,
        partitions,
        tenure,
      );
      tenure.positioned.then(joined.resolve, joined.reject);
    });
    made.on(made.events.CRASH, ({ payload }) => {
      joined.reject(payload.error);
      if (made === consumer && rejoining === undefined) rejoining = rejoin(payload.error);
    });
    try {
      await run(made);
      await joined.promise;
    } catch (error) {
      await made.disconnect().catch(() => undefined);
      throw error;
    }
  }

  async function run(made: Consumer): Promise<void> {
    await made.connect();
    await made.subscribe({ topic: topic.name, fromBeginning: options.from !== 'latest' });
    await made.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: mostBatches,
      eachBatch: async (payload) => {
        await (options.readAhead === true ? takeAhead : take)(made, payload);
      },
    });
  }

  /** The client fetches on for the other partitions; this one is fetched for again when its batch is done. */
  async function takeAhead(made: Consumer, payload: EachBatchPayload): Promise<void> {
    const resume = payload.pause();
    await ahead.begin(payload.batch.partition, async () => {
      // Of a subscription that is being closed nothing is fetched any more.
      if (closing.signal.aborted) return;
      try {
        if (await take(made, payload)) resume();
      } catch (error) {
        logger.warn({ err: error }, 'a handled batch could not be committed and comes again');
        resume();
      }
    });
  }

  /** False when the handler failed and the partition waits. Rejects with the client's own errors. */
  async function take(made: Consumer, payload: EachBatchPayload): Promise<boolean> {
    const { partition } = payload.batch;
    try {
      await handleFetched(
        {
          options,
          counts: parts.counts,
          append: parts.append,
          tenure: () => (made === consumer ? tenure : undefined),
          closing: closing.signal,
        },
        payload,
      );
      failures.delete(partition);
      return true;
    } catch (error) {
      if (isKafkaError(error)) throw error;
      await waitAfter(error, payload);
      return false;
    }
  }

  /** The partition alone waits; what was not handled is fetched again. */
  async function waitAfter(error: unknown, { batch, pause }: EachBatchPayload): Promise<void> {
    const { partition } = batch;
    const failed = failures.get(partition) ?? 0;
    failures.set(partition, failed + 1);
    logger.error({ err: error, partition }, 'the handler failed');
    parts.counts.redelivered(topic.name, group);
    const resume = pause();
    const delayMs = Math.min(firstPauseMs * 2 ** failed, longestPauseMs);
    const signal = tenure?.signal ?? closing.signal;
    parts.pause(delayMs, AbortSignal.any([signal, closing.signal])).then(resume, resume);
  }

  async function rejoin(error: unknown): Promise<void> {
    logger.warn({ err: error }, 'the consumer broke down and joins its group anew');
    for (let delayMs = firstPauseMs; !closing.signal.aborted; delayMs *= 2) {
      await tenure?.end();
      tenure = undefined;
      await consumer?.disconnect().catch(() => undefined);
      const pauseMs = Math.min(delayMs, longestPauseMs / 6);
      await parts.pause(pauseMs, closing.signal).catch(() => undefined);
      if (closing.signal.aborted) break;
      try {
        await join();
        break;
      } catch (again) {
        logger.warn({ err: again }, 'the consumer could not join its group');
      }
    }
    rejoining = undefined;
  }

  rejoining = Promise.resolve();
  try {
    await retry(join, joining);
  } catch (error) {
    throw logUnavailable(error);
  }
  rejoining = undefined;

  return {
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new Error('the subscription is closed'));
      await rejoining;
      await ahead.ended();
      await consumer?.stop();
      await tenure?.end();
      await consumer?.disconnect();
    },
  };
}

function isRetriable(error: Error): boolean {
  return 'retriable' in error && error.retriable === true;
}

/** The client's own errors tell it to join anew, or to look for another broker. */
function isKafkaError(error: unknown): error is Error {
  return error instanceof Error && error.name.startsWith('KafkaJS');
}
