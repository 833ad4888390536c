import type { SubscribeOptions } from './log.ts';
import type { ReadLimits, StoredRecord } from './log-storage.ts';

/** What a handler gets at once, at most. */
export function limitsOf({
  maxRecords = 500,
  maxBytes = 2 ** 20,
}: Pick<SubscribeOptions<never>, 'maxRecords' | 'maxBytes'>): ReadLimits {
  return { maxRecords, maxBytes };
}

/** Records from `index` on within the limits, at least one. */
export function takeBatch(
  records: readonly StoredRecord[],
  index: number,
  limits: ReadLimits,
): StoredRecord[] {
  const taken: StoredRecord[] = [];
  let bytes = 0;
  for (let i = index; i < records.length && taken.length < limits.maxRecords; i += 1) {
    const record = records[i];
    if (record === undefined) break;
    bytes += record.key.length + record.json.length;
    if (taken.length > 0 && bytes > limits.maxBytes) break;
    taken.push(record);
  }
  return taken;
}
