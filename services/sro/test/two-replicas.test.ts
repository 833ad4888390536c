import { createMemoryLog, createTestDatabase } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { startTestSro, startUpstreams } from './fakes/start-test-sro.ts';

test('two replicas that start at once on an empty database migrate it once, and both are ready', async () => {
  const [database, upstreams] = [await createTestDatabase(), await startUpstreams()];
  const log = createMemoryLog();
  const start = () => startTestSro({ database, log, upstreams });
  const replicas = await Promise.all([start(), start()]);
  for (const { url } of replicas) {
    const ready = await fetch(`${url}/ready`);
    expect(await ready.json()).toMatchObject({ ready: true });
  }
  const applied = await database.query('select id from sro.migrations');
  expect(applied.length).toBeGreaterThan(0);
  for (const replica of replicas) await replica.stop();
  await upstreams.close();
  await database.close();
});
