import type { Admin, Consumer } from 'kafkajs';
import type { TSchema } from 'typebox';
import type { Logger } from '../../observability/logger.ts';
import type { SubscribeOptions } from '../log.ts';
import type { LogCounts } from '../log-counts.ts';
import { untilDone } from '../until-done.ts';
import { committedOf, extentsOf } from './offsets.ts';

/** The time in which a consumer owns a set of partitions, from one rebalance to the next. */
export interface Tenure {
  readonly partitions: readonly number[];
  /** Aborted when it is over. */
  readonly signal: AbortSignal;
  /** It is known where each partition begins. */
  readonly positioned: Promise<void>;
  /** The owner knows of its partitions: batches may be handled. */
  readonly announced: Promise<void>;
  /** Tells the owner that they are not its own any more. */
  end(): Promise<void>;
}

export interface TenureParts {
  readonly admin: Admin;
  readonly consumer: Consumer;
  readonly groupId: string;
  readonly logger: Logger;
  readonly counts: LogCounts;
  readonly pause: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

interface Position {
  readonly partition: number;
  readonly committedOffset: number;
}

/**
 * Begins after `before` has ended. Every rebalance ends all tenures, also of partitions that stay: another consumer may
 * have owned them in between, and what their owner holds in memory would be old.
 */
export function beginTenure<Schema extends TSchema>(
  parts: TenureParts,
  options: SubscribeOptions<Schema>,
  partitions: readonly number[],
  before: Tenure | undefined,
): Tenure {
  const aborting = new AbortController();
  const { signal } = aborting;
  const { logger, pause } = parts;
  const insist = <T>(failure: string, work: () => Promise<T>) =>
    untilDone({ pause, signal, logger, failure }, work);
  let told = false;

  async function position(): Promise<readonly Position[]> {
    await before?.end();
    const found = await insist('the offsets of a group cannot be read', () =>
      positionsOf(parts, options, partitions),
    );
    return found ?? [];
  }

  async function announce(positions: readonly Position[]): Promise<void> {
    if (positions.length === 0 || signal.aborted) return;
    told = true;
    await insist('onAssigned failed', async () => options.onAssigned?.(positions));
  }

  const positions = position();
  const announced = positions.then(announce);
  return {
    partitions,
    signal,
    positioned: positions.then(() => undefined),
    announced,
    async end() {
      aborting.abort();
      await announced;
      if (!told) return;
      told = false;
      await Promise.resolve(options.onRevoked?.(partitions)).catch((error) =>
        logger.error({ err: error, partitions }, 'onRevoked failed'),
      );
    },
  };
}

/** Where each partition goes on, as the log's other forms do it; the client is told where it has no offset of its own. */
async function positionsOf<Schema extends TSchema>(
  { admin, consumer, groupId, counts }: TenureParts,
  { topic, from }: SubscribeOptions<Schema>,
  partitions: readonly number[],
): Promise<readonly Position[]> {
  if (partitions.length === 0) return [];
  const committed = await committedOf(admin, groupId, topic.name);
  const extents = await extentsOf(admin, topic.name);
  return partitions.map((partition) => {
    const { start, end } = extents.get(partition) ?? { start: 0, end: 0 };
    const kept = committed.get(partition);
    const committedOffset = Math.max(start, kept ?? (from === 'latest' ? end : start));
    if (kept === undefined || kept < start) {
      consumer.seek({ topic: topic.name, partition, offset: String(committedOffset) });
    }
    if (kept !== undefined && kept < start && topic.cleanup === 'delete') {
      counts.dropped(topic.name, 'skipped', start - kept);
    }
    return { partition, committedOffset };
  });
}
