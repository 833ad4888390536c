import type { Admin } from 'kafkajs';

/** Messages behind the newest one, by group; the groups that read any part of a topic leave nothing to be behind of. */
export async function lagOfGroups(admin: Admin): Promise<Readonly<Record<string, number>>> {
  const { groups } = await admin.listGroups();
  const ids = groups
    .map(({ groupId }) => groupId)
    .filter((id) => !/^(slicecast-reader|bench)-/.test(id));
  const lags = await Promise.all(ids.map((id) => lagOf(admin, id)));
  return Object.fromEntries(ids.map((id, k) => [id, lags[k] ?? 0]));
}

async function lagOf(admin: Admin, groupId: string): Promise<number> {
  const [committed] = await admin.fetchOffsets({ groupId });
  if (committed === undefined) return 0;
  const newest = await admin.fetchTopicOffsets(committed.topic);
  const highs = new Map(newest.map(({ partition, high }) => [partition, Number(high)]));
  return committed.partitions
    .filter(({ offset }) => Number(offset) >= 0)
    .reduce((sum, { partition, offset }) => sum + (highs.get(partition) ?? 0) - Number(offset), 0);
}
