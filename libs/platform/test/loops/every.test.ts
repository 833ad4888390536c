import { expect, test } from 'vitest';
import { createMetrics, every, silentLogger } from '../../src/index.ts';

test('runs at once and again, one run at a time', async () => {
  let running = 0;
  let runs = 0;
  const third = Promise.withResolvers<void>();
  const loop = every({
    name: 'test',
    periodMs: 1,
    logger: silentLogger,
    async run() {
      running += 1;
      expect(running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      runs += 1;
      if (runs === 3) third.resolve();
    },
  });
  await third.promise;
  await loop.stop();
});

test('goes on after a failure, and counts it', async () => {
  const metrics = createMetrics('test');
  let runs = 0;
  const second = Promise.withResolvers<void>();
  const loop = every({
    name: 'fragile',
    periodMs: 1,
    logger: silentLogger,
    metrics,
    async run() {
      runs += 1;
      if (runs === 1) throw new Error('once');
      second.resolve();
    },
  });
  await second.promise;
  await loop.stop();
  expect((await metrics.text()).body).toContain(
    'slicecast_loop_errors_total{loop="fragile",service="test"} 1',
  );
});

test('tells the run in flight to stop, and waits for it', async () => {
  const started = Promise.withResolvers<void>();
  let ended = false;
  const loop = every({
    name: 'long',
    periodMs: 60_000,
    logger: silentLogger,
    async run(signal) {
      started.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ended = true;
    },
  });
  await started.promise;
  await loop.stop();
  expect(ended).toBe(true);
});
