import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient, type HttpClientOptions, isPublicAddress } from '../../src/index.ts';

describe('the HTTP client', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function clientOf(listener: RequestListener, options: Partial<HttpClientOptions> = {}) {
    const listening = createServer(listener);
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
    return createHttpClient({ baseUrl, timeoutMs: 5_000, ...options });
  }

  const echo: RequestListener = async (request, response) => {
    const { method, url, headers } = request;
    const body = {
      method,
      url,
      type: headers['content-type'],
      auth: headers.authorization,
      body: await text(request),
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  };

  test('sends JSON, query and credentials, and gives status, headers and parsed body', async () => {
    const client = await clientOf(echo, { auth: { bearer: 'token' } });
    const query = { 'match[]': ['a', 'b'], limit: 5, none: undefined };
    const answer = await client.request({ method: 'POST', url: '/x', query, json: { a: 1 } });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: { method: 'POST', type: 'application/json', auth: 'Bearer token', body: '{"a":1}' },
    });
    const { url } = answer.body as { url: string };
    expect([...new URL(url, 'http://x').searchParams]).toEqual([
      ['match[]', 'a'],
      ['match[]', 'b'],
      ['limit', '5'],
    ]);
  });

  test('sends a web form, a multipart form and a stream', async () => {
    const client = await clientOf(echo);
    const send = async (request: object) =>
      (
        await client.request<{ body: string; type: string }>({
          method: 'POST',
          url: '/',
          ...request,
        })
      ).body;
    expect(await send({ urlencoded: new URLSearchParams({ query: 'up{a="b"}' }) })).toMatchObject({
      body: 'query=up%7Ba%3D%22b%22%7D',
    });
    const form = new FormData();
    form.append('x_selected', new Blob(['csv']), 'x.csv');
    expect((await send({ form })).body).toContain('filename="x.csv"');
    expect((await send({ body: Readable.from(['a', 'b']) })).body).toBe('ab');
  });

  test.each([
    [400, '{"detail":"K must be a natural number"}', 'K must be a natural number', false],
    [422, '{"status":"error","error":"invalid query"}', 'invalid query', false],
    [500, 'out of memory', 'out of memory', true],
    [429, '', 'answered 429', true],
    [302, 'elsewhere', 'answered 302', false],
  ])(
    'tells an answer of %i in the upstream’s own words',
    async (status, body, words, retriable) => {
      const client = await clientOf((_request, response) => {
        response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body);
      });
      for (const responseType of ['json', 'stream'] as const) {
        const refused = client.request({ method: 'GET', url: '/x?secret=1', responseType });
        const error = await refused.catch((caught: unknown) => caught);
        expect(error).toMatchObject({ code: `upstream-${status}`, retriable, status: 502 });
        expect(String(error)).toContain(words);
        expect(String(error)).not.toContain('secret');
      }
    },
  );

  test('tells when nobody is there, as something to try again', async () => {
    const client = createHttpClient({ baseUrl: 'http://127.0.0.1:1', timeoutMs: 1_000 });
    const refused = client.request({ method: 'GET', url: '/' });
    await expect(refused).rejects.toMatchObject({
      code: 'upstream-unreachable',
      status: 503,
      retriable: true,
    });
  });

  test('gives up after its time-out', async () => {
    const client = await clientOf(() => undefined, { timeoutMs: 20 });
    const refused = client.request({ method: 'GET', url: '/' });
    await expect(refused).rejects.toMatchObject({ code: 'upstream-unreachable' });
  });

  test('takes no more than its bound', async () => {
    const client = await clientOf((_request, response) => response.end('x'.repeat(10_000)), {
      maxResponseBytes: 1_000,
    });
    const refused = client.request({ method: 'GET', url: '/', responseType: 'text' });
    await expect(refused).rejects.toMatchObject({ code: 'upstream-too-large', retriable: false });
  });

  test('rejects with the reason when it is aborted', async () => {
    const client = await clientOf(() => undefined);
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(client.request({ method: 'GET', url: '/', signal })).rejects.toThrow('stopped');
  });

  test('gives bytes, text and streams as they are', async () => {
    const client = await clientOf((_request, response) => response.end('{"a"'));
    const get = async (responseType: 'bytes' | 'text' | 'stream') =>
      (await client.request({ method: 'GET', url: '/', responseType })).body;
    expect(Buffer.from((await get('bytes')) as Uint8Array).toString()).toBe('{"a"');
    expect(await get('text')).toBe('{"a"');
    expect(await text((await get('stream')) as Readable)).toBe('{"a"');
    const refused = client.request({ method: 'GET', url: '/' });
    await expect(refused).rejects.toMatchObject({ code: 'upstream-not-json' });
  });

  test.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]'])(
    'for public addresses alone refuses %s',
    async (host) => {
      await clientOf(echo);
      const port = (server as Server).address() as AddressInfo;
      const client = createHttpClient({ timeoutMs: 1_000, publicOnly: true });
      const refused = client.request({
        method: 'POST',
        url: `http://${host}:${port.port}/`,
        json: {},
      });
      await expect(refused).rejects.toMatchObject({ code: 'address-refused' });
    },
  );
});

test.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['10.0.0.1', false],
  ['172.16.0.1', false],
  ['192.168.0.107', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['::', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['not an address', false],
])('%s is a public address: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
