import { expect, test } from 'vitest';
import { createKeyValues } from '../../src/kv/key-values.ts';
import { createKvService, maxValueBytes } from '../../src/kv/service.ts';

const options = { keys: 3, valueBytes: 100, maxKeys: 4 };
const binary = { 'content-type': 'application/octet-stream' };
const service = () => createKvService(createKeyValues(options));
const putTo = (url: string, payload: Buffer | string, headers = binary) =>
  ({ method: 'PUT', url, payload, headers }) as const;

test('begins with values of the size asked for, the same at every start', async () => {
  const answers = await Promise.all([0, 0, 1].map((key) => service().inject(`/keys/${key}`)));
  const [first, again, other] = answers.map(({ rawPayload }) => rawPayload);
  expect(first).toHaveLength(100);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

test('answers a read with what was put last', async () => {
  const server = service();
  await server.inject(putTo('/keys/a', Buffer.from('one')));
  const put = await server.inject(putTo('/keys/a', Buffer.from('two')));
  expect(put.statusCode).toBe(204);
  expect((await server.inject('/keys/a')).payload).toBe('two');
});

test.each([
  ['a key that is not there', { method: 'GET', url: '/keys/none' } as const, 404],
  ['a value in another form', putTo('/keys/a', 'x', { 'content-type': 'text/html' }), 415],
  ['a value as JSON', putTo('/keys/a', '{}', { 'content-type': 'application/json' }), 415],
  ['a value that is too large', putTo('/keys/a', Buffer.alloc(maxValueBytes + 1)), 413],
  ['a key that is too long', putTo(`/keys/${'a'.repeat(101)}`, Buffer.alloc(1)), 414],
])('refuses %s', async (_what, request, status) => {
  expect((await service().inject(request)).statusCode).toBe(status);
});

test('takes no more keys than it has room for', async () => {
  const server = service();
  const statuses = [];
  for (const key of ['a', 'b', 'a']) {
    statuses.push((await server.inject(putTo(`/keys/${key}`, Buffer.alloc(1)))).statusCode);
  }
  expect(statuses).toEqual([204, 507, 204]);
});
