import { createMemoryLog, createTestDatabase } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { startService } from './fakes/start-service.ts';

test('two replicas that start at once on an empty database migrate it once, and both are ready', async () => {
  const database = await createTestDatabase();
  const log = createMemoryLog();
  const replicas = await Promise.all([
    startService({ database, log }),
    startService({ database, log }),
  ]);
  for (const { url } of replicas) {
    const ready = await fetch(`${url}/ready`);
    expect(await ready.json()).toMatchObject({ ready: true });
  }
  const applied = await database.query('select id from forecasting.migrations');
  expect(applied.length).toBeGreaterThan(0);
  for (const replica of replicas) await replica.stop();
  await database.close();
});
