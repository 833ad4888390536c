import { json } from '@slicecast/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createModelStore } from '../../src/adapters/model-store.ts';
import { createFakeTrainer } from '../fakes/fake-trainer.ts';
import { createModel, jobOver, startService, type TestService } from '../fakes/start-service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ trainer: createFakeTrainer() });
});
afterAll(() => service.stop());

test('a model of the last format is read as one of this, and one that an older version learned is kept, but not forecast with', async () => {
  const { server, database } = service;
  const payload = createModel();
  const answer = await server.inject({ method: 'POST', url: '/api/v1/models', payload });
  const job = await jobOver(server, answer.json().job.id);
  const { modelId } = job.result as { modelId: string };
  const store = createModelStore(database);
  const trained = await store.load(modelId);
  expect(trained?.features).toHaveLength(3);
  const storedAs = (formatVersion: number) =>
    database.query(
      `update forecasting.models set trained = jsonb_set(trained, '{formatVersion}', $1) where id = $2`,
      [json(formatVersion), modelId],
    );
  await storedAs(2);
  expect(await store.load(modelId)).toEqual(trained);
  await storedAs(1);
  expect(await store.load(modelId)).toBeUndefined();
  expect((await store.get('default', modelId))?.id).toBe(modelId);
});
