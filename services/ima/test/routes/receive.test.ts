import { type SliceState, seriesHash, topics } from '@slicecast/contracts';
import {
  AppError,
  createMemoryLog,
  createTestDatabase,
  type Database,
  type Log,
} from '@slicecast/platform';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encode1, encode2, headers1, headers2, write } from '../fakes/remote-write.ts';
import {
  publish,
  slice,
  startTestIma,
  type TestIma,
  type TestImaOptions,
} from '../fakes/start-test-ima.ts';

const labels = { __name__: 'load', instance: '10.0.0.1:9100', job: 'node' };
const other = { ...labels, instance: '10.0.0.2:9100' };
const feature = {
  series: seriesHash(labels),
  labels,
  transform: 'raw',
  windowMs: 0,
  maxAgeMs: 5000,
} as const;
const trained: SliceState = {
  ...slice,
  version: 2,
  trained: [{ flavorId: 1, modelId: 'm', features: [feature] }],
};
const at = 1_579_355_129_123;
const written = [
  { labels, samples: [{ at, value: 35.5 }] },
  { labels: other, samples: [{ at, value: 1 }] },
];

let database: Database;
let log: Log;
let ima: TestIma;
// A database takes seconds to begin; the tests share one.
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  log = createMemoryLog();
});
afterEach(() => ima.service.stop());

async function start(options: Partial<TestImaOptions> = {}): Promise<void> {
  await publish(log, trained);
  ima = await startTestIma({
    prometheusUrl: 'http://127.0.0.1:9',
    source: { live: 'pushed' },
    log,
    database,
    ...options,
  });
}

async function stored() {
  const found: unknown[] = [];
  const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for await (const { key, at: instant, value } of log.readByTime({
    topic: topics.selectedMetrics,
    ...all,
  })) {
    found.push({ key, at: instant, value });
  }
  return found;
}

const kept = {
  key: seriesHash(labels),
  at,
  value: { labels, name: 'load', timestamp: '2020-01-18T13:45:29.123Z', value: '35.5' },
};

describe('the remote-write receiver', () => {
  test.each([
    ['1.0', '/receive', encode1(written), headers1],
    ['1.0', '/api/v1/write', encode1(written), headers1],
    ['2.0', '/receive', encode2(written), headers2],
  ])(
    'takes %s at %s: the log has the selected sample, with its milliseconds',
    async (_v, path, body, headers) => {
      await start();
      const answer = await write(`${ima.url}${path}`, body, headers);
      expect(answer.status).toBe(200);
      expect(await stored()).toEqual([kept]);
    },
  );

  test('tells a sender of 2.0 what was written', async () => {
    await start();
    const answer = await write(`${ima.url}/receive`, encode2(written), headers2);
    expect(answer.headers.get('x-prometheus-remote-write-samples-written')).toBe('2');
    expect(answer.headers.get('x-prometheus-remote-write-histograms-written')).toBe('0');
  });

  test.each([
    ['nothing at all', Buffer.alloc(0)],
    ['metadata only', encode1([], [{ type: 1, metric_family_name: 'load' }])],
    ['nothing selected', encode1([{ labels: other, samples: [{ at, value: 1 }] }])],
  ])('is fine with %s', async (_title, body) => {
    await start();
    expect((await write(`${ima.url}/receive`, body)).status).toBe(200);
    expect(await stored()).toEqual([]);
  });

  test('is fine with an empty body', async () => {
    await start();
    const answer = await fetch(`${ima.url}/receive`, { method: 'POST', headers: headers1 });
    expect(answer.status).toBe(200);
  });

  test.each([
    ['no snappy', { body: 'plain text' }, 400, 'snappy'],
    ['no protobuf in it', { encoded: Buffer.from([7, 7, 7]) }, 400, 'protobuf'],
    ['another encoding', { headers: { ...headers1, 'content-encoding': 'gzip' } }, 415, 'snappy'],
    ['JSON', { headers: { ...headers1, 'content-type': 'application/json' } }, 415, '2.0'],
    [
      'a version that is not spoken',
      {
        headers: {
          ...headers1,
          'content-type': 'application/x-protobuf;proto=io.prometheus.write.v3.Request',
        },
      },
      415,
      'prometheus.WriteRequest',
    ],
  ])(
    'answers %s with what is wrong',
    async (_title, {
      body,
      encoded,
      headers,
    }: {
      body?: string;
      encoded?: Buffer;
      headers?: Record<string, string>;
    }, status, words) => {
      await start();
      const url = `${ima.url}/receive`;
      const answer =
        body === undefined
          ? await write(url, encoded ?? encode1(written), headers ?? headers1)
          : await fetch(url, { method: 'POST', headers: headers1, body });
      expect(answer.status).toBe(status);
      expect(await answer.text()).toContain(words);
      expect(await stored()).toEqual([]);
    },
  );

  test('refuses a bomb by the size that it says itself', async () => {
    await start({ config: { IMA_RECEIVE_MAX_DECODED_BYTES: 1000 } });
    const bomb = Buffer.alloc(1_000_000, 7);
    const answer = await write(`${ima.url}/receive`, bomb);
    expect(answer.status).toBe(413);
    expect(await answer.text()).toContain('1000000 bytes when decompressed; 1000 are taken');
  });

  test('refuses a body over the limit as it comes', async () => {
    await start({ config: { IMA_RECEIVE_MAX_BODY_BYTES: 100 } });
    const answer = await fetch(`${ima.url}/receive`, {
      method: 'POST',
      headers: headers1,
      body: new Uint8Array(200),
    });
    expect(answer.status).toBe(413);
  });

  test('answers 503 and when to come again while the log takes nothing, and 200 with the samples after it', async () => {
    await start();
    const append = log.append;
    log.append = () =>
      Promise.reject(
        new AppError('no leader', { status: 503, code: 'log-unavailable', retriable: true }),
      );
    const refused = await write(`${ima.url}/receive`, encode1(written));
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]/);
    log.append = append;
    expect((await write(`${ima.url}/receive`, encode1(written))).status).toBe(200);
    expect(await stored()).toEqual([kept]);
  });

  test.each([
    ['ahead of its clock', at + 60_000, 'set the clocks', 'from-the-future'],
    ['before 1970', -5, 'before 1970', 'before-1970'],
  ])(
    'refuses a sample from %s, writes the others and counts both',
    async (_title, wrong, words, outcome) => {
      await start();
      const samples = [
        { at, value: 35.5 },
        { at: wrong, value: 1 },
      ];
      const answer = await write(`${ima.url}/receive`, encode2([{ labels, samples }]), headers2);
      expect(answer.status).toBe(400);
      expect(answer.headers.get('x-prometheus-remote-write-samples-written')).toBe('1');
      expect(await answer.text()).toContain(words);
      expect(await stored()).toEqual([kept]);
      const metrics = await (await fetch(`${ima.url}/metrics`)).text();
      expect(metrics).toMatch(
        new RegExp(`slicecast_ima_written_samples_total\\{outcome="${outcome}".*\\} 1`),
      );
    },
  );

  test('answers 503 to what would be more than it holds while the log is slow', async () => {
    await start({ config: { IMA_RECEIVE_MAX_IN_FLIGHT_BYTES: 1 } });
    const append = log.append;
    const asked = Promise.withResolvers<void>();
    const slow = Promise.withResolvers<void>();
    log.append = async (...messages) => {
      asked.resolve();
      await slow.promise;
      await append(...messages);
    };
    const first = write(`${ima.url}/receive`, encode1(written));
    await asked.promise;
    const second = await write(`${ima.url}/receive`, encode1(written));
    expect(second.status).toBe(503);
    expect(second.headers.get('retry-after')).toMatch(/^[1-9]/);
    slow.resolve();
    expect((await first).status).toBe(200);
    expect((await write(`${ima.url}/receive`, encode1(written))).status).toBe(200);
  });

  test('answers 503 for as long as the log has not told what is selected', async () => {
    log.readByTime = () => {
      throw new AppError('no brokers', { status: 503, code: 'log-unavailable', retriable: true });
    };
    await start();
    const answer = await write(`${ima.url}/receive`, encode1(written));
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('what is selected');
  });

  test('writes a stale marker as NaN that tells of the end of its series', async () => {
    await start();
    const body = encode1([{ labels, samples: [{ at, value: Number.NaN }] }]);
    const nan = Buffer.alloc(8);
    nan.writeDoubleLE(Number.NaN);
    body.writeBigUInt64LE(0x7ff0000000000002n, body.indexOf(nan));
    expect((await write(`${ima.url}/receive`, body)).status).toBe(200);
    expect(await stored()).toMatchObject([{ value: { value: 'NaN', stale: true } }]);
    const metrics = await (await fetch(`${ima.url}/metrics`)).text();
    expect(metrics).toMatch(/slicecast_ima_written_samples_total\{outcome="stale".*\} 1/);
  });

  test.each([
    ['a token', { IMA_RECEIVE_TOKEN: 'let-me-in-please' }, 'Bearer let-me-in-please'],
    [
      'name and password',
      { IMA_RECEIVE_USERNAME: 'prom', IMA_RECEIVE_PASSWORD: 'secret-words' },
      `Basic ${Buffer.from('prom:secret-words').toString('base64')}`,
    ],
  ])('asks for %s where one is configured', async (_title, config, authorization) => {
    await start({ config });
    const url = `${ima.url}/receive`;
    expect((await write(url, encode1(written))).status).toBe(401);
    expect(
      (await write(url, encode1(written), { ...headers1, authorization: 'Bearer no' })).status,
    ).toBe(401);
    expect((await write(url, encode1(written), { ...headers1, authorization })).status).toBe(200);
  });

  test('reads no body of a stranger', async () => {
    await start({
      config: { IMA_RECEIVE_TOKEN: 'let-me-in-please', IMA_RECEIVE_MAX_BODY_BYTES: 100 },
    });
    const body = new Uint8Array(200);
    const init = { method: 'POST', headers: headers1, body };
    expect((await fetch(`${ima.url}/receive`, init)).status).toBe(401);
  });

  test('is closed where tenants have keys and the operator has set none for it', async () => {
    await start({ tenants: { tenants: [{ id: 'default', key: 'a-key-of-a-tenant' }] } });
    const answer = await write(`${ima.url}/receive`, encode1(written));
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('IMA_RECEIVE_TOKEN');
  });

  test('does not write for slices whose samples IMA asks for itself', async () => {
    await start({ source: {} });
    expect((await write(`${ima.url}/receive`, encode1(written))).status).toBe(200);
    expect(await stored()).toEqual([]);
  });

  test('/healthz answers as MLO-V2 had it', async () => {
    await start();
    expect(await (await fetch(`${ima.url}/healthz`)).json()).toEqual({ status: 'UP' });
  });
});
