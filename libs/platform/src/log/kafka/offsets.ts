import type { Admin } from 'kafkajs';

/** Where each partition of a topic begins and ends. */
export interface Extent {
  readonly start: number;
  /** The next offset to be given. */
  readonly end: number;
}

/**
 * One question of a client at a time: of two at once, the client may answer one from metadata that are older than what
 * the other found out, and break down.
 */
const lanes = new WeakMap<Admin, Promise<unknown>>();

function ask<T>(admin: Admin, question: () => Promise<T>): Promise<T> {
  const answer = (lanes.get(admin) ?? Promise.resolve()).then(question);
  lanes.set(
    admin,
    answer.catch(() => undefined),
  );
  return answer;
}

export async function extentsOf(admin: Admin, topic: string): Promise<ReadonlyMap<number, Extent>> {
  const found = await ask(admin, () => admin.fetchTopicOffsets(topic));
  return new Map(
    found.map(({ partition, low, high }) => [partition, { start: Number(low), end: Number(high) }]),
  );
}

/** First offset by partition whose message is about `atMs` or later; the end where there is none. */
export async function offsetsAt(
  admin: Admin,
  topic: string,
  atMs: number,
): Promise<ReadonlyMap<number, number>> {
  const found = await ask(admin, () => admin.fetchTopicOffsetsByTimestamp(topic, atMs));
  return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
}

/** What a group has committed, by partition; absent where it has nothing. */
export async function committedOf(
  admin: Admin,
  groupId: string,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  const [found] = await ask(admin, () => admin.fetchOffsets({ groupId, topics: [topic] }));
  const committed = (found?.partitions ?? []).map(
    ({ partition, offset }) => [partition, Number(offset)] as const,
  );
  return new Map(committed.filter(([, offset]) => offset >= 0));
}
