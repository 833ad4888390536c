import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  AppError,
  createMetrics,
  createServer,
  type ReadyCheck,
  type Server,
  type ServerOptions,
  silentLogger,
} from '../../src/index.ts';

const Body = Type.Object(
  { bound: Type.Number(), name: Type.Optional(Type.String()) },
  { additionalProperties: false },
);

function makeServer(options: Partial<ServerOptions> = {}): Server {
  const server = createServer({
    name: 'trial',
    logger: silentLogger,
    metrics: createMetrics('trial'),
    ready: async () => [],
    ...options,
  });
  server.get('/tenant', async (request) => ({ tenant: request.tenantId }));
  server.post(
    '/slices/:id',
    {
      schema: {
        params: Type.Object({ id: Type.Integer() }),
        querystring: Type.Object({ limit: Type.Integer({ default: 10 }) }),
        body: Body,
      },
    },
    async (request) => ({ id: request.params.id, limit: request.query.limit, ...request.body }),
  );
  server.get('/text', async (_request, reply) => reply.type('text/plain').send('File Received '));
  server.get('/refused', async () => {
    throw new AppError('slice 7 is not there', { status: 404, code: 'slice-not-found' });
  });
  server.get('/broken', async () => {
    throw new Error('password of the database: hunter2');
  });
  return server;
}

describe('a server', () => {
  let server: Server;
  beforeEach(() => {
    server = makeServer();
  });
  afterEach(() => server.close());

  test('coerces path and query and leaves the body alone', async () => {
    const answer = await post('/slices/3?limit=5', { bound: 180 });
    expect(answer.json()).toEqual({ id: 3, limit: 5, bound: 180 });
    expect((await post('/slices/3', { bound: 180 })).json()).toMatchObject({ limit: 10 });
  });

  test.each([
    ['null, which JSON makes of NaN', '/slices/3', { bound: null }, '/bound', 'must be number'],
    ['text for a number', '/slices/3', { bound: '180' }, '/bound', 'must be number'],
    ['a missing field', '/slices/3', {}, '/bound', 'is missing'],
    [
      'an unknown field',
      '/slices/3',
      { bound: 1, bond: 2 },
      '/bond',
      'is not known here; there is bound, name',
    ],
    ['a path that is no number', '/slices/x', { bound: 1 }, 'path id', 'must be integer'],
    [
      'a query that is no number',
      '/slices/3?limit=x',
      { bound: 1 },
      'query limit',
      'must be integer',
    ],
  ])('refuses %s and names the field and the remedy', async (_title, url, body, field, message) => {
    const answer = await post(url, body);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({
      status: 400,
      title: 'Bad Request',
      code: 'request-invalid',
      detail: `${field} ${message}`,
      errors: [{ field, message }],
    });
  });

  test.each([
    [
      'a route that there is not',
      'GET',
      '/nowhere',
      '',
      'application/json',
      404,
      'route-not-found',
    ],
    ['half a JSON', 'POST', '/slices/3', '{"bound":', 'application/json', 400, 'request-malformed'],
    ['no JSON at all', 'POST', '/slices/3', '', 'application/json', 400, 'request-malformed'],
    [
      'another content type',
      'POST',
      '/slices/3',
      'a=b',
      'application/x-www-form-urlencoded',
      415,
      'content-type-unsupported',
    ],
    [
      'a body over the limit',
      'POST',
      '/slices/3',
      `"${'x'.repeat(2 ** 20)}"`,
      'application/json',
      413,
      'body-too-large',
    ],
    [
      'what the service does not have',
      'GET',
      '/refused',
      '',
      'application/json',
      404,
      'slice-not-found',
    ],
  ] as const)(
    'answers %s with a problem',
    async (_title, method, url, payload, type, status, code) => {
      const headers = method === 'POST' ? { 'content-type': type } : {};
      const answer = await server.inject({
        method,
        url,
        headers,
        ...(method === 'POST' ? { payload } : {}),
      });
      expect(answer.statusCode).toBe(status);
      expect(answer.json()).toMatchObject({ status, code });
    },
  );

  test('keeps the inside of what went wrong to the log', async () => {
    const answer = await server.inject('/broken');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('hunter2');
    expect(answer.json().instance).toMatch(/^urn:slicecast:request:[0-9a-f-]{36}-\d+$/);
  });

  test('leaves plain text plain', async () => {
    const answer = await server.inject('/text');
    expect(answer.body).toBe('File Received ');
    expect(answer.headers['content-type']).toContain('text/plain');
  });

  test('describes its routes in OpenAPI 3.1, those added after it was made too', async () => {
    const { openapi, paths } = (await server.inject('/openapi.json')).json();
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/slices/{id}', '/live', '/ready']));
    const { schema } = paths['/slices/{id}'].post.requestBody.content['application/json'];
    expect(schema.properties).toHaveProperty('bound');
  });

  test('counts requests by route, not by path', async () => {
    await post('/slices/3', { bound: 1 });
    await server.inject('/nowhere/at/all');
    const { body } = await server.inject('/metrics');
    expect(body).toContain('seconds_count{service="trial",method="POST",route="/slices/:id"');
    expect(body).toContain('seconds_count{service="trial",method="GET",route="unknown"');
    expect(body).not.toContain('/nowhere');
  });

  function post(url: string, payload: object) {
    return server.inject({ method: 'POST', url, payload });
  }
});

describe('readiness', () => {
  const ok: ReadyCheck = { name: 'log', ok: true, detail: 'connected' };
  const missing: ReadyCheck = { name: 'database', ok: false, detail: 'DATABASE_URL is not set' };

  test('is 200 when every check is well, and 503 naming the one that is not', async () => {
    const checks = [ok];
    const server = makeServer({ ready: async () => checks });
    expect((await server.inject('/ready')).statusCode).toBe(200);
    checks.push(missing);
    const answer = await server.inject('/ready');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ name: 'trial', ready: false, checks: [ok, missing] });
    expect((await server.inject('/live')).statusCode).toBe(200);
    await server.close();
  });
});

test('readiness is 503 when its checks cannot be run', async () => {
  const server = makeServer({
    ready: async () => {
      throw new Error('the database is gone');
    },
  });
  const answer = await server.inject('/ready');
  expect(answer.statusCode).toBe(503);
  expect(answer.json().checks[0].detail).toBe('the database is gone');
  await server.close();
});

describe('tenants', () => {
  const tenants = {
    tenants: [
      { id: 'a', key: 'key-of-a' },
      { id: 'b', key: 'key-of-b' },
    ],
    internalKey: 'internal',
  };

  test('are one, without keys, unless the suite’s own call names another', async () => {
    const server = makeServer();
    expect((await server.inject('/tenant')).json()).toEqual({ tenant: 'default' });
    const headers = { 'x-slicecast-tenant': 'b' };
    expect((await server.inject({ url: '/tenant', headers })).json()).toEqual({ tenant: 'b' });
    await server.close();
  });

  test.each([
    ['a bearer key', { authorization: 'Bearer key-of-a' }, 200, 'a'],
    ['a plain key', { 'x-api-key': 'key-of-b' }, 200, 'b'],
    [
      'a key and another tenant’s name',
      { 'x-api-key': 'key-of-b', 'x-slicecast-tenant': 'a' },
      200,
      'b',
    ],
    [
      'the internal key and a tenant’s name',
      { 'x-api-key': 'internal', 'x-slicecast-tenant': 'a' },
      200,
      'a',
    ],
    ['no key', {}, 401, 'key-missing'],
    ['an unknown key', { 'x-api-key': 'key-of-c' }, 401, 'key-unknown'],
    ['an empty key', { 'x-api-key': '' }, 401, 'key-missing'],
  ])('are told by %s', async (_title, headers, status, expected) => {
    const server = makeServer({ tenants });
    const answer = await server.inject({ url: '/tenant', headers });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject(status === 200 ? { tenant: expected } : { code: expected });
    await server.close();
  });

  test.each(['/live', '/ready', '/metrics', '/openapi.json'])('need no key at %s', async (url) => {
    const server = makeServer({ tenants });
    expect((await server.inject(url)).statusCode).toBe(200);
    await server.close();
  });

  test('need a key even to learn that a route is not there', async () => {
    const server = makeServer({ tenants });
    expect((await server.inject('/nowhere')).statusCode).toBe(401);
    await server.close();
  });
});
