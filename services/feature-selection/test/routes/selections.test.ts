import { Problem, type SelectionReport, type SeriesRecord } from '@slicecast/contracts';
import { Value } from 'typebox/value';
import { afterEach, describe, expect, test } from 'vitest';
import type { SelectionTask } from '../../src/domain/selection-task.ts';
import type { Selector } from '../../src/ports.ts';
import { candidateOf, series } from '../fakes/candidates.ts';
import { encoded, post, type RunningService, startService } from '../fakes/start-service.ts';
import { readTrace } from '../fakes/traces.ts';

const hash = '7726551a4b5861acf9598b03f676222f5d10656d';
const emptyReport: SelectionReport = {
  features: [],
  refusedCounts: {},
  refusals: [],
  errorByK: [],
  samplesPerSecond: 0,
  kpiSeries: [],
};

let running: RunningService | undefined;
afterEach(async () => {
  await running?.service.stop();
  running = undefined;
});

async function start(env?: Record<string, string>, selector?: Selector): Promise<RunningService> {
  running = await startService(env, selector);
  return running;
}

/** Answers an empty report and keeps the tasks it was given. */
function fakeSelector(): Selector & { readonly tasks: SelectionTask[] } {
  const tasks: SelectionTask[] = [];
  return {
    tasks,
    async select(task) {
      tasks.push(task);
      return { report: emptyReport };
    },
    close: async () => undefined,
  };
}

function clock(rows = 3): SeriesRecord {
  return { role: 'clock', feature: null, values: series(rows, (row) => 1e12 + 1000 * row) };
}

function kpi(rows = 3): SeriesRecord {
  return { role: 'kpi', feature: null, values: series(rows, (row) => row) };
}

function candidate(rows = 3): SeriesRecord {
  return {
    role: 'candidate',
    ...candidateOf(
      hash,
      series(rows, (row) => row),
    ),
  };
}

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return Value.Parse(Problem, await response.json());
}

describe('POST /api/v1/selections', () => {
  test('selects from a recorded trace and knows the KPI under another name', async () => {
    const trace = readTrace(2);
    const service = await start();
    const [first, second] = trace.columns;
    const alias = candidateOf(hash, trace.kpi);
    const records: SeriesRecord[] = [
      { role: 'clock', feature: null, values: trace.clock },
      { role: 'kpi', feature: null, values: trace.kpi },
      ...[alias, ...trace.columns].map((one) => ({ role: 'candidate' as const, ...one })),
    ];
    const response = await post(
      service,
      await encoded(records),
      'k=2&horizonSeconds=30&stepMs=1000',
    );
    expect(response.status).toBe(200);
    const report = (await response.json()) as SelectionReport;
    expect(report.features).toHaveLength(2);
    expect(report.samplesPerSecond).toBe(2);
    expect(report.kpiSeries).toMatchObject([{ series: hash, query: `metric{series="${hash}"}` }]);
    expect([first, second]).toHaveLength(2);
  });

  test('gives the domain what the request says', async () => {
    const selector = fakeSelector();
    const service = await start({}, selector);
    const body = await encoded([clock(), kpi(), candidate()]);
    const query = 'k=auto&method=given&horizonSeconds=60&stepMs=15000&seed=9';
    expect((await post(service, body, query)).status).toBe(200);
    expect(selector.tasks).toMatchObject([
      { k: 'auto', method: 'given', horizonMs: 60_000, stepMs: 15_000, seed: 9 },
    ]);
    expect(selector.tasks[0]?.candidates[0]?.feature.series).toBe(hash);
  });

  test('chooses forward when no method is named', async () => {
    const selector = fakeSelector();
    const service = await start({}, selector);
    await post(service, await encoded([clock(), kpi(), candidate()]));
    expect(selector.tasks).toMatchObject([{ k: 2, method: 'forward' }]);
  });
});

describe('a bad query', () => {
  test.each([
    ['a K of 0', 'k=0&horizonSeconds=30&stepMs=1000', 'k'],
    ['a K of 10,000', 'k=10000&horizonSeconds=30&stepMs=1000', 'k'],
    ['a K in words', 'k=many&horizonSeconds=30&stepMs=1000', 'k'],
    ['no K', 'horizonSeconds=30&stepMs=1000', 'k'],
    ['no horizon', 'k=3&stepMs=1000', 'horizonSeconds'],
    ['a step of 0', 'k=3&horizonSeconds=30&stepMs=0', 'stepMs'],
    ['an unknown method', 'k=3&horizonSeconds=30&stepMs=1000&method=f_classif', 'method'],
  ])('with %s gets 400, naming the field', async (_what, query, field) => {
    const service = await start({}, fakeSelector());
    const response = await post(service, await encoded([clock(), kpi(), candidate()]), query);
    expect(response.status).toBe(400);
    const { errors = [] } = await problemOf(response);
    expect(errors.map((error) => error.field).join()).toContain(field);
  });
});

describe('a bad stream', () => {
  const text = (words: string) => async () => Buffer.from(words);
  const records =
    (...given: SeriesRecord[]) =>
    () =>
      encoded(given);
  const backwards: SeriesRecord = { ...clock(), values: Float64Array.of(2000, 1000, 3000) };

  test.each<[string, () => Promise<Uint8Array>, string, string]>([
    ['that is empty', text(''), 'series-not-arrow', 'not an Arrow IPC stream'],
    ['that is JSON', text('{"role":"clock"}'), 'series-not-arrow', 'not an Arrow IPC stream'],
    [
      'that is cut off',
      async () => (await encoded([clock(), kpi(), candidate()])).subarray(0, -30),
      'series-malformed',
      'ends',
    ],
    ['without records', records(), 'series-invalid', 'send the clock first'],
    ['without a clock', records(kpi(), candidate()), 'series-invalid', 'must be the clock'],
    ['without a KPI', records(clock()), 'series-invalid', 'send it second'],
    ['with a candidate for a KPI', records(clock(), candidate()), 'series-invalid', 'be the kpi'],
    ['without candidates', records(clock(), kpi()), 'series-invalid', 'no candidates'],
    ['with two KPIs', records(clock(), kpi(), kpi()), 'series-invalid', 'only candidates'],
    [
      'whose KPI is shorter than its clock',
      records(clock(), kpi(2), candidate()),
      'series-invalid',
      'kpi has 2 values, the clock has 3',
    ],
    [
      'whose candidate is longer than its clock',
      records(clock(), kpi(), candidate(4)),
      'series-invalid',
      `${hash} (metric) has 4 values`,
    ],
    [
      'whose clock goes back',
      records(backwards, kpi(), candidate()),
      'series-invalid',
      'Row 1 of the clock, 1000, must be later than row 0 (2000)',
    ],
  ])('%s gets 400 in words', async (_what, body, code, words) => {
    const service = await start({}, fakeSelector());
    const response = await post(service, await body());
    expect(response.status).toBe(400);
    const problem = await problemOf(response);
    expect(problem.code).toBe(code);
    expect(problem.detail).toContain(words);
  });

  test('of another content type gets 415', async () => {
    const service = await start({}, fakeSelector());
    const query = 'k=2&horizonSeconds=30&stepMs=1000';
    const json = { headers: { 'content-type': 'application/json' } };
    expect((await post(service, '{}', query, json)).status).toBe(415);
    const csv = { headers: { 'content-type': 'text/csv' } };
    expect((await post(service, 'a,b', query, csv)).status).toBe(415);
  });

  test.each([
    ['bytes', { FEATURE_SELECTION_MAX_BODY_BYTES: '1000' }],
    ['candidates', { FEATURE_SELECTION_MAX_CANDIDATES: '1' }],
    ['values', { FEATURE_SELECTION_MAX_CELLS: '5' }],
  ])('of too many %s gets 413', async (_what, env) => {
    const service = await start(env, fakeSelector());
    const response = await post(service, await encoded([clock(), kpi(), candidate(), candidate()]));
    expect(response.status).toBe(413);
    expect((await problemOf(response)).code).toBe('series-too-large');
  });

  test('of endless bytes is refused when it passes the bound, not at its end', async () => {
    const service = await start({ FEATURE_SELECTION_MAX_BODY_BYTES: '100000' }, fakeSelector());
    const begun = await encoded([clock(1000), kpi(1000), candidate(1000)]);
    const more = batchOf(await encoded([candidate(1000)]));
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1;
        // Everything but the end mark, then more and more batches.
        controller.enqueue(sent === 1 ? begun.subarray(0, -8) : more);
        if (sent > 2000) controller.close();
      },
    });
    expect((await post(service, endless)).status).toBe(413);
  });

  test('of too few rows gets 422 with what is there and what is needed', async () => {
    const service = await start();
    const response = await post(service, await encoded([clock(), kpi(), candidate()]));
    expect(response.status).toBe(422);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: 'too-few-rows' });
    expect(problem.detail).toMatch(/^0 rows have a KPI .*; \d+ are needed/);
  });
});

/** The record batch of an encoded stream, without schema and end mark. */
function batchOf(stream: Uint8Array): Uint8Array {
  const view = new DataView(stream.buffer, stream.byteOffset);
  return stream.subarray(8 + view.getUint32(4, true), -8);
}
