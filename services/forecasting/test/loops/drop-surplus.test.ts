import { createMetrics, createTestDatabase, migrate, silentLogger } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { migrations } from '../../src/adapters/migrations.ts';
import { createModelStore } from '../../src/adapters/model-store.ts';
import { createSurplus } from '../../src/adapters/surplus.ts';
import { dropSurplus } from '../../src/loops/drop-surplus.ts';
import { until } from '../fakes/start-service.ts';

test('old models and trainings go, those in use and those that wait stay', async () => {
  const database = await createTestDatabase();
  await migrate(database, 'forecasting', migrations);
  for (let k = 1; k <= 6; k += 1) {
    await database.query(
      `insert into forecasting.models values ($1, 'default', 1, $2, $3, '{}', '{}')`,
      [`model-${k}`, k % 2, k],
    );
    await database.query(
      `insert into forecasting.trainings (id, tenant_id, slice_id, flavor_id, status, step,
         progress_percent, created_at, updated_at, lease_until)
       values ($1, 'default', 1, 1, $2, '', 0, $3, 0, 0)`,
      [`training-${k}`, k === 1 ? 'queued' : 'succeeded', k],
    );
  }
  const ids = async (table: string) =>
    (await database.query<{ id: string }>(`select id from forecasting.${table} order by id`)).map(
      ({ id }) => id,
    );
  const loop = dropSurplus({
    surplus: createSurplus(database),
    models: createModelStore(database),
    inUse: async ({ id }) => id === 'model-1',
    keepModels: 1,
    keepTrainings: 2,
    logger: silentLogger,
    metrics: createMetrics('test'),
  });
  // The newest of each flavor, and the one in use.
  await until(async () => ((await ids('models')).length === 3 ? true : undefined));
  await loop.stop();
  expect(await ids('models')).toEqual(['model-1', 'model-5', 'model-6']);
  expect(await ids('trainings')).toEqual(['training-1', 'training-5', 'training-6']);
  await database.close();
});
