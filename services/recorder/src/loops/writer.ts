import { AppError } from '@slicecast/platform';
import type { PointStore } from '../ports.ts';
import type { BatchPart } from './batch.ts';
import type { Counts } from './counts.ts';
import { createGate } from './gate.ts';
import { isolateRefused, type Refusal, slice } from './isolate-refused.ts';

export interface WriterOptions {
  readonly store: PointStore;
  readonly counts: Counts;
  readonly maxBuckets: number;
  /** Ends the waiting for a server that asked to be left alone. */
  readonly signal: AbortSignal;
}

export interface Writer {
  /**
   * Resolves when every line is acknowledged, or refused for good. Rejects with AppError 503
   * `influx-…` when it has to come again: the log gives the batch again, nobody else does.
   */
  write(parts: readonly BatchPart[]): Promise<readonly Refusal[]>;
  /** Why nothing can be written; undefined while it goes well. */
  trouble(): string | undefined;
}

/** In one request, at most. */
const mostLines = 10_000;
/** Requests of one batch side by side. */
const mostRequests = 4;

export function createWriter({ store, counts, maxBuckets, signal }: WriterOptions): Writer {
  const gate = createGate();
  const buckets = new Set<string>();
  let trouble: string | undefined;

  async function writeOnce(part: BatchPart) {
    await gate.pass(signal);
    const begun = performance.now();
    const outcome = await store.write(part.bucket, part.lines.bytes());
    const { status } = outcome;
    counts.writeSeconds.observe({ status }, (performance.now() - begun) / 1000);
    if (outcome.status !== 'unavailable') return outcome;
    if (outcome.retryAfterMs !== undefined) gate.closeFor(outcome.retryAfterMs);
    throw new AppError(outcome.detail, {
      status: 503,
      code: 'influx-unavailable',
      retriable: true,
    });
  }

  async function writePart(part: BatchPart): Promise<readonly Refusal[]> {
    if (!buckets.has(part.bucket) && buckets.size >= maxBuckets)
      return beyondBuckets(part, maxBuckets);
    buckets.add(part.bucket);
    await gate.pass(signal);
    await store.ensureBucket(part.bucket);
    return isolateRefused(part, writeOnce);
  }

  return {
    async write(parts) {
      try {
        const refusals = await sideBySide(requestsOf(parts), writePart);
        trouble = undefined;
        return refusals;
      } catch (error) {
        trouble = error instanceof Error ? error.message : String(error);
        throw error;
      }
    },
    trouble: () => trouble,
  };
}

function beyondBuckets({ bucket, records }: BatchPart, maxBuckets: number): Refusal[] {
  const detail = `the bucket ${bucket} were one more than ${maxBuckets}: see RECORDER_MAX_BUCKETS`;
  return records.map((record) => ({ record, reason: 'too-many-buckets', detail }));
}

function requestsOf(parts: readonly BatchPart[]): BatchPart[] {
  return parts.flatMap((part) => {
    if (part.lines.length <= mostLines) return [part];
    const count = Math.ceil(part.lines.length / mostLines);
    return Array.from({ length: count }, (_, n) => slice(part, n * mostLines, (n + 1) * mostLines));
  });
}

/** A few at a time; after a failure no more are begun, and those under way are waited for. */
async function sideBySide<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const waiting = items.values();
  const results: Result[] = [];
  let failed = false;
  const worker = async () => {
    for (const item of waiting) {
      if (failed) return;
      try {
        results.push(...(await work(item)));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: mostRequests }, worker));
  const bad = ended.find(({ status }) => status === 'rejected');
  if (bad?.status === 'rejected') throw bad.reason;
  return results;
}
