import { AppError, createHttpClient } from '@slicecast/platform';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPrometheus } from '../../src/adapters/prometheus.ts';
import { errorAnswer, type FakePrometheus, startFakePrometheus } from '../fakes/fake-prometheus.ts';

const labels = { __name__: 'up', instance: '10.0.0.1:9100', job: 'node' };
const signal = new AbortController().signal;
const range = { startMs: 1_000_000, endMs: 1_002_000 };

let fake: FakePrometheus;
beforeEach(async () => {
  fake = await startFakePrometheus([
    { labels, times: [1_000_500, 1_001_500], values: [Number.NaN, Number.POSITIVE_INFINITY] },
  ]);
});
afterEach(() => fake.close());

function client(options: object = {}) {
  return createPrometheus(
    createHttpClient({ baseUrl: fake.url, timeoutMs: 2000, ...options }),
    'p',
  );
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (error instanceof AppError) return error;
  throw new Error(`no AppError: ${error}`);
}

describe("Prometheus' HTTP API", () => {
  test('gives the names, the label sets and the samples with their real times', async () => {
    const prometheus = client();
    expect((await prometheus.names('{job="node"}', range, signal)).data).toEqual(['up']);
    expect((await prometheus.series('{job="node"}', range, signal)).data).toEqual([labels]);
    const { data } = await prometheus.at('{__name__="up"}[5s]', 1_002_000, signal);
    expect(data).toEqual([
      { labels, times: [1_000_500, 1_001_500], values: [Number.NaN, Number.POSITIVE_INFINITY] },
    ]);
  });

  test('evaluates an expression on a grid', async () => {
    const { data } = await client().range('up', { ...range, stepMs: 1000 }, signal);
    expect(data).toEqual([
      { labels, times: [1_001_000, 1_002_000], values: [Number.NaN, Number.POSITIVE_INFINITY] },
    ]);
  });

  test('is asked by a form when the question is long', async () => {
    const long = `{__name__=~"up|${'x'.repeat(3000)}"}`;
    expect((await client().series(long, range, signal)).data).toEqual([labels]);
    expect(fake.requests.map(({ method }) => method)).toEqual(['POST']);
  });

  test.each([
    [{ auth: { bearer: 'secret' } }, 'authorization', 'Bearer secret'],
    [{ auth: { username: 'me', password: 'it' } }, 'authorization', 'Basic bWU6aXQ='],
    [{ headers: { 'X-Scope-OrgID': 'team' } }, 'x-scope-orgid', 'team'],
  ])('is asked with %j', async (options, header, value) => {
    await client(options).names('{}', range, signal);
    expect(fake.lastHeaders()[header]).toBe(value);
  });

  test('passes its warnings on', async () => {
    fake.warn('partial response');
    expect((await client().names('{}', range, signal)).warnings).toEqual(['partial response']);
  });

  test.each([
    ['503', errorAnswer(503, 'unavailable', 'shutting down'), /503: shutting down/, true],
    ['429', errorAnswer(429, 'too_many_requests', 'slow down'), /429: slow down/, true],
    ['a bad query', errorAnswer(400, 'bad_data', 'parse error at 3'), /parse error at 3/, false],
    ['an error with 200', errorAnswer(200, 'execution', 'too many samples'), /too many/, false],
    ['a timeout with 200', errorAnswer(200, 'timeout', 'query timed out'), /timed out/, true],
  ] as const)(
    'that answers %s is an AppError in its own words',
    async (_t, answer, words, again) => {
      fake.fail({ path: 'query', times: 1, answer });
      const error = await failure(client().at('up', 1000, signal));
      expect(error.message).toMatch(words);
      expect(error.retriable).toBe(again);
    },
  );

  test.each([
    ['JSON that is cut off', '{"status":"success","data":{"resultType":"matr'],
    ['a page of a proxy', '<html>'],
    ['another shape', '{"status":"success","data":{"resultType":"string","result":["a"]}}'],
    [
      'samples that are none',
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[null]}]}}',
    ],
  ])('that answers %s is asked again', async (_title, body) => {
    fake.fail({
      path: 'query',
      times: 1,
      answer: (reply) => reply.type('application/json').send(body),
    });
    const error = await failure(client().at('up', 1000, signal));
    expect(error).toMatchObject({ code: 'prometheus-malformed', retriable: true });
  });

  test('that does not answer in time is a retriable AppError', async () => {
    fake.fail({ path: 'query', times: 1, answer: () => new Promise(() => undefined) });
    const error = await failure(client({ timeoutMs: 50 }).at('up', 1000, signal));
    expect(error).toMatchObject({ code: 'upstream-unreachable', retriable: true });
  });

  test('that answers more than the bound is refused', async () => {
    const error = await failure(client({ maxResponseBytes: 10 }).names('{}', range, signal));
    expect(error).toMatchObject({ code: 'upstream-too-large', retriable: false });
  });
});
