import type { CreateModel, Job, Problem } from '@slicecast/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeTrainer } from '../fakes/fake-trainer.ts';
import { createModel, startService, type TestService } from '../fakes/start-service.ts';

let service: TestService;
beforeAll(async () => {
  // No training ends here: it is the asking that is tested.
  const trainer = createFakeTrainer(() => new Promise(() => undefined));
  service = await startService({ trainer, env: { FORECASTING_MAX_BODY_BYTES: '200000' } });
});
afterAll(() => service.stop());

const post = (payload: object | string, headers: Record<string, string> = {}) =>
  service.server.inject({
    method: 'POST',
    url: '/api/v1/models',
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });

function withProfile(change: (profile: CreateModel['profile']) => object): object {
  const request = createModel();
  return { ...request, profile: { ...request.profile, ...change(request.profile) } };
}

describe('POST /api/v1/models', () => {
  test('answers 202 with a job to follow', async () => {
    const answer = await post(createModel());
    const { job } = answer.json<{ job: Job }>();
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.location).toBe(`/api/v1/jobs/${job.id}`);
    expect(job).toMatchObject({ kind: 'training', sliceId: 1, flavorId: 1, progressPercent: 0 });
  });

  test('gives the same job for the same key, also to many who ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => post(createModel(), { 'idempotency-key': 'once' })),
    );
    const ids = answers.map((answer) => answer.json<{ job: Job }>().job.id);
    expect(new Set(ids).size).toBe(1);
    const another = await post(createModel(), { 'idempotency-key': 'twice' });
    expect(another.json<{ job: Job }>().job.id).not.toBe(ids[0]);
  });

  test('fills in what an SLA leaves open', async () => {
    const answer = await post({ ...createModel(), sla: { bound: 180, side: 'upper' } });
    expect(answer.statusCode).toBe(202);
  });

  test.each<[string, () => object, string, RegExp]>([
    [
      'columns of unequal length',
      () => withProfile(({ columns }) => ({ columns: [columns[0], columns[1], [1]] })),
      '/profile/columns/2',
      /400 cells/,
    ],
    [
      'fewer columns than features',
      () => withProfile(({ columns }) => ({ columns: columns.slice(1) })),
      '/profile/columns',
      /each of the 3 features/,
    ],
    [
      'a KPI of another length',
      () => withProfile(({ kpi }) => ({ kpi: kpi.slice(1) })),
      '/profile/kpi',
      /400 cells/,
    ],
    [
      'instants out of order',
      () => withProfile(({ at }) => ({ at: at.toReversed() })),
      '/profile/at/1',
      /later than/,
    ],
    [
      'an instant twice',
      () => withProfile(({ at }) => ({ at: at.map((t, i) => (i === 7 ? at[6] : t)) })),
      '/profile/at/7',
      /later than/,
    ],
    [
      'no rows',
      () => withProfile(() => ({ at: [], columns: [[], [], []], kpi: [] })),
      '/profile/at',
      /at least one row/,
    ],
    [
      'a number as text',
      () => withProfile(({ kpi }) => ({ kpi: ['1', ...kpi.slice(1)] })),
      '/profile/kpi/0',
      /number/,
    ],
    [
      'no horizon',
      () => ({ ...createModel(), horizonSeconds: undefined }),
      '/horizonSeconds',
      /missing/,
    ],
    ['a horizon of 0', () => ({ ...createModel(), horizonSeconds: 0 }), '/horizonSeconds', />= 1/],
    ['no profile', () => ({ ...createModel(), profile: undefined }), '/profile', /missing/],
    ['another tenant', () => createModel({ tenantId: 'other' }), '/tenantId', /must be default/],
  ])('refuses %s and names the field', async (_title, request, field, message) => {
    const answer = await post(request());
    const { errors = [], code } = answer.json<Problem>();
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toMatch('application/problem+json');
    expect(['profile-invalid', 'request-invalid']).toContain(code);
    expect(errors.find((error) => error.field === field)?.message).toMatch(message);
  });

  test('names a few of very many wrong cells', async () => {
    const answer = await post(withProfile(({ at }) => ({ kpi: at.map(() => 'x') })));
    expect(answer.statusCode).toBe(400);
    expect(answer.json<Problem>().errors?.length).toBeLessThanOrEqual(30);
  });

  test('refuses an infinite number, which JSON can write', async () => {
    const text = JSON.stringify(createModel()).replace(/"kpi":\[[^,]+/, '"kpi":[1e999');
    expect((await post(text)).statusCode).toBe(400);
  });

  test.each([
    ['a body over the limit', () => post({ ...createModel(), pad: 'x'.repeat(200_000) }), 413],
    ['a body that is no JSON', () => post('{'), 400],
    ['a body of another type', () => post('a', { 'content-type': 'text/csv' }), 415],
    [
      'a key that is too long',
      () => post(createModel(), { 'idempotency-key': 'k'.repeat(300) }),
      400,
    ],
  ])('refuses %s', async (_title, ask, status) => {
    expect((await ask()).statusCode).toBe(status);
  });
});

test('a full queue is answered with 503 and when to come again', async () => {
  const trainer = createFakeTrainer(() => new Promise(() => undefined));
  const full = await startService({ trainer, env: { FORECASTING_MAX_QUEUED: '2' } });
  const ask = () =>
    full.server.inject({ method: 'POST', url: '/api/v1/models', payload: createModel() });
  const answers = [];
  // Beside those that wait, as many are at work as there are threads.
  for (let k = 0; k < 8; k += 1) answers.push(await ask());
  const refused = answers.at(-1);
  expect(refused?.statusCode).toBe(503);
  expect(refused?.json<Problem>()).toMatchObject({ code: 'trainings-full' });
  expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
  await full.stop();
});
