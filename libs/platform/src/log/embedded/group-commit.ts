import { AppError } from '../../app-error.ts';

/** What one caller wants written, and how it learns of it. */
interface Pending<Item> {
  readonly items: readonly Item[];
  readonly bytes: number;
  resolve(): void;
  reject(error: unknown): void;
}

export interface GroupCommit<Item> {
  /** Resolves when a write that holds the items is durable; in the order of the calls. */
  add(items: readonly Item[], bytes: number): Promise<void>;
  /** Runs between two writes. */
  between(work: () => Promise<void>): Promise<void>;
  /** Resolves when everything that was added is written. */
  settled(): Promise<void>;
}

/** Callers wait with at most this much; more is refused, so that a slow disk does not fill the memory. */
const mostPendingBytes = 64 * 2 ** 20;

/**
 * One write at a time: whoever comes while the disk is busy shares the next write and its sync, so
 * that throughput does not end at one message a sync.
 */
export function createGroupCommit<Item>(
  write: (items: readonly Item[]) => Promise<void>,
): GroupCommit<Item> {
  let pending: Pending<Item>[] = [];
  let pendingBytes = 0;
  let turn: Promise<unknown> = Promise.resolve();

  function serially<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  async function writeGroup(): Promise<void> {
    const group = pending;
    pending = [];
    pendingBytes = 0;
    if (group.length === 0) return;
    try {
      await write(group.flatMap(({ items }) => items));
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  return {
    add(items, bytes) {
      if (pendingBytes > 0 && pendingBytes + bytes > mostPendingBytes) {
        return Promise.reject(busy());
      }
      pendingBytes += bytes;
      return new Promise((resolve, reject) => {
        pending.push({ items, bytes, resolve, reject });
        // Those who come before its turn find the group open; a turn without a group is free.
        void serially(writeGroup);
      });
    },
    between: serially,
    settled: () => serially(async () => undefined),
  };
}

function busy(): AppError {
  return new AppError(`The log has ${mostPendingBytes} bytes waiting for the disk.`, {
    status: 503,
    code: 'log-busy',
    retriable: true,
  });
}
