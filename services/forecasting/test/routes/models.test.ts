import type { Job, Model, Problem } from '@slicecast/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeTrainer } from '../fakes/fake-trainer.ts';
import {
  createModel,
  jobOver,
  publishSlice,
  startService,
  type TestService,
  until,
} from '../fakes/start-service.ts';
import { syntheticProfile, syntheticSlice } from '../fakes/synthetic-load.ts';

let service: TestService;
const modelIds: string[] = [];

/** Trains a model of the flavor on data of its own. */
async function train(flavorId: number, seed: number): Promise<string> {
  const payload = createModel({ flavorId, profile: syntheticProfile({ rows: 300, seed }) });
  const answer = await service.server.inject({ method: 'POST', url: '/api/v1/models', payload });
  const job = await jobOver(service.server, answer.json<{ job: Job }>().job.id);
  return (job.result as { modelId: string }).modelId;
}

beforeAll(async () => {
  service = await startService({ trainer: createFakeTrainer() });
  for (const [flavorId, seed] of [
    [1, 1],
    [1, 2],
    [2, 3],
  ] as const) {
    modelIds.push(await train(flavorId, seed));
  }
});
afterAll(() => service.stop());

const get = (url: string, headers = {}) => service.server.inject({ url, headers });
const remove = (id: string) =>
  service.server.inject({ method: 'DELETE', url: `/api/v1/models/${id}` });

interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

describe('the lists of models and trainings', () => {
  test.each(['models', 'jobs'])('page through %s without losing or repeating any', async (what) => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: Page<Model | Job> = (await get(`/api/v1/${what}?limit=2${query}`)).json();
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(3);
  });

  test('can be confined to a slice and a flavor', async () => {
    const items = async (query: string) =>
      (await get(`/api/v1/models?${query}`)).json<Page<Model>>().items.map(({ id }) => id);
    expect(await items('sliceId=1&flavorId=2')).toEqual([modelIds[2]]);
    expect((await items('sliceId=1')).toSorted()).toEqual(modelIds.toSorted());
    expect(await items('sliceId=2')).toEqual([]);
  });

  test("show nothing of another tenant's", async () => {
    const other = { 'x-slicecast-tenant': 'other' };
    expect((await get('/api/v1/models', other)).json<Page<Model>>().items).toEqual([]);
    expect((await get('/api/v1/jobs', other)).json<Page<Job>>().items).toEqual([]);
    expect((await get(`/api/v1/models/${modelIds[0]}`, other)).statusCode).toBe(404);
  });

  test.each([
    ['/api/v1/models?cursor=rubbish', 400, 'cursor-invalid'],
    ['/api/v1/models?limit=0', 400, 'request-invalid'],
    ['/api/v1/models/unknown', 404, 'model-unknown'],
    ['/api/v1/jobs/unknown', 404, 'job-unknown'],
  ])('answer %s with %d %s', async (url, status, code) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.json<Problem>().code).toBe(code);
  });
});

describe('DELETE of a model', () => {
  test('is refused while a slice uses it, and done when none does', async () => {
    const [used = '', unused = ''] = modelIds;
    const trained = [{ flavorId: 1, modelId: used, features: [] }];
    await publishSlice(service.log, syntheticSlice({ trained }));
    const status = '/api/v1/slices/1/forecasting';
    await until(async () => ((await get(status)).statusCode === 200 ? true : undefined));
    const refused = await remove(used);
    expect(refused.statusCode).toBe(409);
    expect(refused.json<Problem>().code).toBe('model-in-use');
    expect((await remove(unused)).statusCode).toBe(204);
    expect((await remove(unused)).statusCode).toBe(404);
    expect((await get(`/api/v1/models/${used}`)).statusCode).toBe(200);
  });
});
