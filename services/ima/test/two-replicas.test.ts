import { createMemoryLog, createTestDatabase } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { publish, slice, startTestIma } from './fakes/start-test-ima.ts';

test('two replicas that start at once on an empty database migrate it once, and both are ready', async () => {
  const database = await createTestDatabase();
  const log = createMemoryLog();
  await publish(log, slice);
  const start = () => startTestIma({ prometheusUrl: 'http://127.0.0.1:9', database, log });
  const replicas = await Promise.all([start(), start()]);
  for (const { url } of replicas) {
    const ready = await fetch(`${url}/ready`);
    expect(await ready.json()).toMatchObject({ ready: true });
  }
  const applied = await database.query('select id from ima.migrations');
  expect(applied.length).toBeGreaterThan(0);
  for (const { service } of replicas) await service.stop();
  await database.close();
});
