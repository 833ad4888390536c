import type { TSchema } from 'typebox';
import { consumePartition, firstOffset } from './consume-partition.ts';
import type { LogContext } from './create-log.ts';
import type { SubscribeOptions, TopicSpec } from './log.ts';
import type { PartitionStore } from './log-storage.ts';
import { untilDone } from './until-done.ts';

/** The consumers of one group of one topic, who share its partitions. */
export interface ConsumerGroup {
  join<Schema extends TSchema>(
    options: SubscribeOptions<Schema>,
  ): Promise<{ leave(): Promise<void> }>;
}

interface Member {
  readonly options: SubscribeOptions<TSchema>;
  /** What it owns, by partition. */
  readonly tenures: Map<number, Tenure>;
}

interface Tenure {
  readonly aborting: AbortController;
  ended: Promise<void>;
}

export function createConsumerGroup(
  context: LogContext,
  group: string,
  topic: TopicSpec,
): ConsumerGroup {
  const members: Member[] = [];
  const logger = context.logger.child({ group, topic: topic.name });
  let rebalanced: Promise<unknown> = Promise.resolve();

  /** One change of membership at a time. */
  function serially<T>(work: () => Promise<T>): Promise<T> {
    const done = rebalanced.then(work);
    rebalanced = done.catch(() => undefined);
    return done;
  }

  async function rebalance(): Promise<void> {
    const partitions = await context.storage.partitions(topic);
    const owned = (member: Member) =>
      [...partitions.keys()].filter((p) => members[p % members.length] === member);
    for (const member of members) await revoke(member, lost(member, owned(member)));
    for (const member of members) {
      const gained = owned(member).filter((partition) => !member.tenures.has(partition));
      if (gained.length > 0) assign(member, gained, partitions);
    }
  }

  async function revoke(member: Member, partitions: readonly number[]): Promise<void> {
    if (partitions.length === 0) return;
    const tenures = partitions.map((partition) => member.tenures.get(partition));
    for (const tenure of tenures) tenure?.aborting.abort();
    await Promise.all(tenures.map((tenure) => tenure?.ended));
    for (const partition of partitions) member.tenures.delete(partition);
    try {
      await member.options.onRevoked?.(partitions);
    } catch (error) {
      logger.error({ err: error, partitions }, 'onRevoked failed');
    }
  }

  function assign(
    member: Member,
    gained: readonly number[],
    partitions: readonly PartitionStore[],
  ): void {
    const anyone = new AbortController();
    for (const partition of gained) {
      const aborting = new AbortController();
      member.tenures.set(partition, { aborting, ended: Promise.resolve() });
      aborting.signal.addEventListener('abort', () => {
        const stays = gained.some((p) => member.tenures.get(p)?.aborting.signal.aborted === false);
        if (!stays) anyone.abort();
      });
    }
    const announced = announce(member, gained, partitions, anyone.signal);
    for (const partition of gained) {
      const tenure = member.tenures.get(partition);
      const store = partitions[partition];
      if (tenure === undefined || store === undefined) continue;
      const { signal } = tenure.aborting;
      tenure.ended = announced.then(() =>
        consumePartition(context, member.options, { partition, store }, signal),
      );
    }
  }

  async function announce(
    member: Member,
    gained: readonly number[],
    partitions: readonly PartitionStore[],
    signal: AbortSignal,
  ): Promise<void> {
    const { onAssigned } = member.options;
    if (onAssigned === undefined) return;
    const how = { pause: context.pause, signal, logger, failure: 'onAssigned failed' };
    await untilDone(how, async () => {
      const stay = gained.filter((p) => member.tenures.get(p)?.aborting.signal.aborted === false);
      const assigned = stay.map((partition) => ({
        partition,
        committedOffset: firstOffset(context, member.options, partition, partitions[partition]),
      }));
      await onAssigned.call(member.options, assigned);
    });
  }

  return {
    async join(options) {
      // The group holds members of any schema; each gets records checked against its own.
      const member: Member = {
        options: options as unknown as SubscribeOptions<TSchema>,
        tenures: new Map(),
      };
      await serially(async () => {
        members.push(member);
        await rebalance();
      });
      const leave = () =>
        serially(async () => {
          const index = members.indexOf(member);
          if (index === -1) return;
          members.splice(index, 1);
          await revoke(member, [...member.tenures.keys()]);
          await rebalance();
        });
      return { leave };
    },
  };
}

function lost(member: Member, owned: readonly number[]): number[] {
  return [...member.tenures.keys()].filter((partition) => !owned.includes(partition));
}
