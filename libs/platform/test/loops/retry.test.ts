import { expect, test, vi } from 'vitest';
import { retry } from '../../src/index.ts';
import { fullJitterMs } from '../../src/loops/retry.ts';

const quick = { attempts: 3, baseDelayMs: 0, maxDelayMs: 0 };

test('gives the result of the first try that succeeds', async () => {
  const onRetry = vi.fn();
  const result = await retry(
    async (attempt) => {
      if (attempt < 3) throw new Error(`try ${attempt}`);
      return attempt;
    },
    { ...quick, onRetry },
  );
  expect(result).toBe(3);
  expect(onRetry.mock.calls.map(([error, attempt]) => [error.message, attempt])).toEqual([
    ['try 1', 1],
    ['try 2', 2],
  ]);
});

test('rejects with the last error when the tries are used up', async () => {
  const work = async (attempt: number) => {
    throw new Error(`try ${attempt}`);
  };
  await expect(retry(work, quick)).rejects.toThrow('try 3');
});

test('does not try again what will not get better', async () => {
  const work = vi.fn(async () => {
    throw new Error('refused');
  });
  await expect(retry(work, { ...quick, shouldRetry: () => false })).rejects.toThrow('refused');
  expect(work).toHaveBeenCalledTimes(1);
});

test('ends its pause when it is aborted', async () => {
  const aborting = new AbortController();
  const work = async () => {
    setImmediate(() => aborting.abort(new Error('stopped')));
    throw new Error('down');
  };
  const options = {
    attempts: 9,
    baseDelayMs: 2 ** 30,
    maxDelayMs: 2 ** 30,
    signal: aborting.signal,
  };
  await expect(retry(work, options)).rejects.toThrow('stopped');
});

test('never pauses longer than the exponential bound and the longest pause', () => {
  const bounds = { baseDelayMs: 100, maxDelayMs: 1_000 };
  for (let attempt = 1; attempt < 2_000; attempt += 1) {
    const delay = fullJitterMs(attempt, bounds);
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThanOrEqual(Math.min(1_000, 100 * 2 ** (attempt - 1)));
  }
});
