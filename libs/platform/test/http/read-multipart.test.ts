import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  acceptUploads,
  createMetrics,
  createServer,
  readMultipart,
  type Server,
  silentLogger,
} from '../../src/index.ts';

describe('a multipart upload', () => {
  let server: Server;
  let url: string;
  let files: { fieldname: string; filename: string; text: string }[];
  let failed: PromiseWithResolvers<unknown>;

  beforeEach(async () => {
    files = [];
    failed = Promise.withResolvers();
    server = createServer({
      name: 'trial',
      logger: silentLogger,
      metrics: createMetrics('trial'),
      ready: async () => [],
    });
    acceptUploads(server, (scope) =>
      scope.post('/upload', async (request) => {
        try {
          return await readMultipart(request, {
            files: ['file', 'map'],
            fields: ['K', 'callbackURL', 'profile'],
            maxFileBytes: 100_000,
            async onFile({ fieldname, filename, stream }) {
              files.push({ fieldname, filename, text: await text(stream) });
            },
          });
        } catch (error) {
          failed.resolve(error);
          throw error;
        }
      }),
    );
    url = `${await server.listen({ port: 0 })}/upload`;
  });
  afterEach(() => server.close());

  test('gives its files as they come and its fields, also those after a file', async () => {
    const form = new FormData();
    form.append('callbackURL', 'http://sro/callback');
    form.append('file', new Blob(['a,b\n1,2\n']), 'y.csv');
    form.append('map', new Blob(['x']), 'map.csv');
    form.append('K', '15');
    form.append('K', '16');
    form.append('unasked', 'for');
    form.append('also unasked', new Blob(['y'.repeat(1_000)]), 'z.bin');
    const answer = await fetch(url, { method: 'POST', body: form });
    expect(await answer.json()).toEqual({ callbackURL: 'http://sro/callback', K: '15' });
    expect(files).toEqual([
      { fieldname: 'file', filename: 'y.csv', text: 'a,b\n1,2\n' },
      { fieldname: 'map', filename: 'map.csv', text: 'x' },
    ]);
  });

  test.each([100_001, 300_000, 20_000_000])(
    'of a file of %i bytes is refused over the limit, which is named',
    async (size) => {
      const form = new FormData();
      form.append('file', new Blob([Buffer.alloc(size)]), 'y.csv');
      form.append('K', '15');
      const answer = await fetch(url, { method: 'POST', body: form });
      expect(answer.status).toBe(413);
      expect(await answer.json()).toMatchObject({
        code: 'upload-too-large',
        detail: 'file is larger than the configured limit of 100000 bytes',
        errors: [{ field: 'file' }],
      });
      expect(files).toEqual([]);
    },
  );

  test('of a file just at the limit is taken', async () => {
    const form = new FormData();
    form.append('file', new Blob([Buffer.alloc(99_999)]), 'y.csv');
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(200);
  });

  test.each([
    [
      'that ends early',
      '--x\r\ncontent-disposition: form-data; name="file"; filename="y.csv"\r\n\r\nabc',
      400,
      'multipart-malformed',
    ],
    ['without a boundary', undefined, 400, 'multipart-malformed'],
    ['that is none', '{}', 415, 'content-type-unsupported'],
  ])('%s is refused', async (_title, body, status, code) => {
    const type = body === undefined ? 'multipart/form-data' : 'multipart/form-data; boundary=x';
    const headers = { 'content-type': body === '{}' ? 'application/json' : type };
    const answer = await fetch(url, { method: 'POST', headers, body: body ?? 'x' });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code });
  });

  test('with one file part twice is refused', async () => {
    const form = new FormData();
    form.append('file', new Blob(['a']), 'y.csv');
    form.append('file', new Blob(['b']), 'y.csv');
    const answer = await fetch(url, { method: 'POST', body: form });
    expect(await answer.json()).toMatchObject({ code: 'part-repeated' });
  });

  test('whose client goes away fails where the file is read, so that it can be cleaned up', async () => {
    const client = httpRequest(url, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    client.on('error', () => undefined);
    client.write('--x\r\ncontent-disposition: form-data; name="file"; filename="y.csv"\r\n\r\n');
    client.write('a'.repeat(1_000));
    await once(server.server, 'request');
    await new Promise((resolve) => setImmediate(resolve));
    client.destroy();
    expect(await failed.promise).toMatchObject({ code: 'upload-aborted' });
  });

  test('that is refused in the middle is drained without being kept', async () => {
    let sent = 0;
    async function* endless() {
      yield '--x\r\ncontent-disposition: form-data; name="file"; filename="y.csv"\r\n\r\n';
      for (; sent < 500; sent += 1) yield Buffer.alloc(100_000);
      yield '\r\n--x--\r\n';
    }
    const before = process.memoryUsage().arrayBuffers;
    const client = httpRequest(url, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    Readable.from(endless()).pipe(client);
    const [response] = await once(client, 'response');
    expect(response.statusCode).toBe(413);
    response.resume();
    await once(response, 'end');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30e6);
    client.destroy();
  });
});
