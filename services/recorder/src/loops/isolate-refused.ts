import type { DropReason } from '../domain/point-sink.ts';
import type { WriteOutcome } from '../ports.ts';
import type { BatchPart } from './batch.ts';

type RefusalReason = Extract<
  DropReason,
  'refused' | 'too-large' | 'beyond-retention' | 'too-many-buckets'
>;

/** A line that will never be recorded. */
export interface Refusal {
  /** Index of the record that it came from. */
  readonly record: number;
  readonly reason: RefusalReason;
  readonly detail: string;
}

export type WritePart = (
  part: BatchPart,
) => Promise<Exclude<WriteOutcome, { status: 'unavailable' }>>;

/**
 * Writes a part; what the server refuses is halved until the bad lines stand alone and all others are in.
 * k bad lines of n cost about 2 k log2 n writes, and 1 where the server says that all of them are bad.
 */
export async function isolateRefused(part: BatchPart, write: WritePart): Promise<Refusal[]> {
  const outcome = await write(part);
  if (outcome.status === 'written') return [];
  const { lines, records } = part;
  if (lines.length === 1 || outcome.lines === lines.length) {
    const { reason, detail } = outcome;
    return records.map((record) => ({ record, reason, detail }));
  }
  const middle = lines.length >>> 1;
  const first = await isolateRefused(slice(part, 0, middle), write);
  return [...first, ...(await isolateRefused(slice(part, middle), write))];
}

export function slice({ bucket, lines, records }: BatchPart, from: number, to?: number): BatchPart {
  return { bucket, lines: lines.slice(from, to), records: records.slice(from, to) };
}
