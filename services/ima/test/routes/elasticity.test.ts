import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../fakes/calls.ts';
import { startTestIma, type TestIma } from '../fakes/start-test-ima.ts';

let ima: TestIma;
beforeAll(async () => {
  ima = await startTestIma({ prometheusUrl: 'http://127.0.0.1:9' });
});
afterAll(() => ima.service.stop());

function post(slice: number | string, flavor: string) {
  return call(`${ima.url}/elasticity/slice/${slice}/flavor/${flavor}`, { method: 'POST' });
}

describe('POST /elasticity/slice/:id/flavor/:flavor', () => {
  test.each(['2', '30Mbit'])('marks flavor %s in force and answers Ok', async (flavor) => {
    const answer = await post(1, flavor);
    expect(answer).toMatchObject({ status: 200, text: 'Ok' });
    const configuration = await call(`${ima.url}/api/v1/slices/1/prometheus`);
    expect(configuration.text).toContain('in force: 2');
  });

  test.each([
    ['an unknown slice', 9, '1', 404],
    ['an unknown flavor', 1, '9', 404],
    ['a slice that is no number', 'x', '1', 400],
  ])('for %s answers with a reason', async (_title, slice, flavor, status) => {
    const answer = await post(slice, flavor);
    expect(answer.status).toBe(status);
    expect(answer.json.detail).toBeTypeOf('string');
  });
});

test('takes the empty web form that old clients send', async () => {
  const answer = await call(`${ima.url}/elasticity/slice/1/flavor/1`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  });
  expect(answer).toMatchObject({ status: 200, text: 'Ok' });
});
