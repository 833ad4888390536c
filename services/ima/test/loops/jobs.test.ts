import {
  createMemoryLog,
  createTestDatabase,
  type Database,
  type Log,
  silentLogger,
} from '@slicecast/platform';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryFiles } from '../../src/adapters/memory-files.ts';
import type { ImaConfig } from '../../src/config.ts';
import { applyRetention } from '../../src/loops/extraction/retention.ts';
import type { ExtractionFiles } from '../../src/ports.ts';
import { call, getJob, jobWhen, postYMetrics, type YMetricsForm } from '../fakes/calls.ts';
import { errorAnswer, type FakePrometheus, startFakePrometheus } from '../fakes/fake-prometheus.ts';
import { type FakeReceiver, startFakeReceiver } from '../fakes/fake-receiver.ts';
import { type FakeSelection, startFakeSelection } from '../fakes/fake-selection.ts';
import {
  publish,
  slice,
  startTestIma,
  type TestIma,
  type TestImaOptions,
} from '../fakes/start-test-ima.ts';
import { trace } from '../fakes/traces.ts';

let prometheus: FakePrometheus;
let selection: FakeSelection;
let receiver: FakeReceiver;
let database: Database;
let log: Log;
let files: ExtractionFiles;
let imas: TestIma[];

// A database takes seconds to begin; the tests share one and empty it.
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  prometheus = await startFakePrometheus(trace);
  selection = await startFakeSelection();
  receiver = await startFakeReceiver();
  log = createMemoryLog();
  await publish(log, slice);
  files = createMemoryFiles();
  imas = [];
});
afterEach(async () => {
  for (const { service } of imas) await service.stop();
  await database.query('truncate ima.jobs, ima.extractions');
  await Promise.all([prometheus.close(), selection.close(), receiver.close()]);
});

async function start(
  config: Partial<ImaConfig> = {},
  more: Partial<TestImaOptions> = {},
): Promise<TestIma> {
  const ima = await startTestIma({
    prometheusUrl: prometheus.url,
    selectionUrl: selection.url,
    database,
    log,
    files,
    config,
    ...more,
  });
  imas.push(ima);
  return ima;
}

async function profile(ima: TestIma, form?: YMetricsForm) {
  const answer = await postYMetrics(ima.url, receiver.url, form);
  return answer.headers.get('location');
}

const hang = () => new Promise(() => undefined);

describe('an extraction', () => {
  test('keeps to the series of the slice, and reports what it left and why', async () => {
    const ima = await start();
    const location = await profile(ima, { fields: { K: '3' } });
    const job = await jobWhen(ima.url, location, ({ status }) => status === 'succeeded');
    const { selection: report } = job.result as {
      selection: { refusedCounts: object; refusals: { labels: object; reason: string }[] };
    };
    expect(report.refusedCounts).toMatchObject({ constant: 2, dead: 1 });
    const sent = selection.received[0]?.records ?? [];
    expect(sent.map(({ role }) => role).slice(0, 2)).toEqual(['clock', 'kpi']);
    const names = sent.flatMap(({ feature }) =>
      feature === null
        ? []
        : [`${feature.labels.__name__} ${feature.labels.instance} ${feature.transform}`],
    );
    expect(names.toSorted()).toEqual([
      'bytes_total 10.0.0.1:9100 rate',
      'connections 10.0.0.1:9100 raw',
      'connections 10.0.0.2:9100 raw',
      'unrelated 10.0.0.1:9100 raw',
    ]);
    expect(selection.received[0]?.query).toMatchObject({
      k: '3',
      horizonSeconds: '30',
      stepMs: '1000',
    });
  });

  test('carries the raw values of a rate in x_selected', async () => {
    const ima = await start();
    const location = await profile(ima, { fields: { K: '4' } });
    const delivery = await receiver.delivery(location);
    const header = delivery.files.x_selected?.split('\n')[0]?.split(',') ?? [];
    const row = delivery.files.x_selected?.split('\n')[1]?.split(',') ?? [];
    const map = delivery.files.timeserie_map?.split('\n') ?? [];
    const hash = map.find((line) => line.includes('bytes_total'))?.split(',')[0] ?? '';
    const raw = 1000 + 500 * 30 + 4000 * Math.sin(30 / 20);
    expect(Number(row[header.indexOf(hash)])).toBeCloseTo(raw, 6);
  });

  test.each([
    ['a 503', errorAnswer(503, 'unavailable', 'starting up')],
    ['a 429', errorAnswer(429, 'limit', 'slow down')],
    [
      'JSON that is cut off',
      (reply: { type(t: string): { send(b: string): unknown } }) =>
        reply.type('application/json').send('{"sta'),
    ],
  ])('goes on after %s', async (_title, answer) => {
    for (const path of ['label', 'series', 'query_range', 'query']) {
      prometheus.fail({ path, times: 2, answer: answer as never });
    }
    const ima = await start();
    const location = await profile(ima);
    await jobWhen(ima.url, location, ({ status }) => status === 'succeeded');
  });

  test('tells while it waits for a source that is down, and fails in its words in the end', async () => {
    prometheus.fail({
      path: 'label',
      times: 99,
      answer: errorAnswer(503, 'unavailable', 'no store'),
    });
    const ima = await start({ IMA_RETRY_ATTEMPTS: 6, IMA_RETRY_BASE_DELAY_MS: 100 });
    const location = await profile(ima);
    const waiting = await jobWhen(ima.url, location, ({ detail }) => detail !== null);
    expect(waiting.detail).toMatch(
      /source prom: .*503: no store; attempt \d failed, next in [\d.]+ s/,
    );
    const failed = await jobWhen(ima.url, location, ({ status }) => status === 'failed');
    expect(failed.detail).toMatch(/503: no store/);
  });

  test('fails at once when the source refuses the question', async () => {
    prometheus.fail({
      path: 'series',
      times: 1,
      answer: errorAnswer(400, 'bad_data', 'parse error'),
    });
    const ima = await start();
    const job = await jobWhen(ima.url, await profile(ima), ({ status }) => status === 'failed');
    expect(job.detail).toMatch(/parse error/);
  });

  test('shows the warnings of its source', async () => {
    prometheus.warn('partial response from store-3');
    prometheus.fail({ path: 'query', times: 99, answer: hang });
    const ima = await start();
    const location = await profile(ima);
    const job = await jobWhen(ima.url, location, ({ detail }) => detail !== null);
    expect(job.detail).toBe('source prom warns: partial response from store-3');
  });

  test('ends at its deadline when the source never answers', async () => {
    prometheus.fail({ path: 'label', times: 99, answer: hang });
    const ima = await start({ IMA_EXTRACTION_DEADLINE_SECONDS: 1 });
    const job = await jobWhen(ima.url, await profile(ima), ({ status }) => status === 'failed');
    expect(job.detail).toMatch(/did not end within 0 min/);
  });

  test('says so when nothing of the slice is in the source', async () => {
    const ima = await start();
    const file = 'timestamp,R_99\n1,1\n2,2\n3,3\n';
    const job = await jobWhen(
      ima.url,
      await profile(ima, { file }),
      ({ status }) => status === 'failed',
    );
    expect(job.detail).toMatch(/usable|no series/);
  });

  test('can be cancelled, once', async () => {
    prometheus.fail({ path: 'label', times: 99, answer: hang });
    const ima = await start();
    const location = await profile(ima);
    await jobWhen(ima.url, location, ({ status }) => status === 'running');
    const cancelled = await call(`${ima.url}${location}`, { method: 'DELETE' });
    expect(cancelled.json).toMatchObject({ status: 'cancelled' });
    expect((await call(`${ima.url}${location}`, { method: 'DELETE' })).status).toBe(409);
    expect((await getJob(ima.url, location)).status).toBe('cancelled');
    expect((await call(`${ima.url}/api/v1/jobs/nothing`)).status).toBe(404);
  });

  test('that was broken off is taken up again by the next process', async () => {
    prometheus.fail({ path: 'query_range', times: 1, answer: hang });
    const first = await start();
    const location = await profile(first);
    await jobWhen(first.url, location, ({ step }) => step === 'extracting');
    await first.service.stop();
    const second = await start();
    await jobWhen(second.url, location, ({ status }) => status === 'succeeded');
    expect(receiver.deliveries).toHaveLength(1);
  });

  test('of a process that died is taken up when its lease is over', async () => {
    prometheus.fail({ path: 'label', times: 1, answer: hang });
    const first = await start();
    const location = await profile(first);
    await jobWhen(first.url, location, ({ status }) => status === 'running');
    await first.service.stop();
    await database.query(`update ima.jobs set owner = 'the dead', lease_until = $1`, [
      Date.now() + 300,
    ]);
    const second = await start();
    await jobWhen(second.url, location, ({ status }) => status === 'succeeded');
  });
});

describe('a callback', () => {
  test('is tried again until it is answered with 2xx', async () => {
    receiver.answer(500);
    const ima = await start();
    const location = await profile(ima);
    const waiting = await jobWhen(ima.url, location, ({ detail }) => detail !== null);
    expect(waiting.detail).toMatch(/^callback: .* answered 500; attempt 1 failed, next in 1 s$/);
    await jobWhen(ima.url, location, ({ status }) => status === 'succeeded');
    expect(receiver.deliveries).toHaveLength(2);
    expect(receiver.deliveries[1]?.files).toEqual(receiver.deliveries[0]?.files);
  });

  test('survives a restart between selection and delivery', async () => {
    receiver.answer(503);
    const first = await start();
    const location = await profile(first);
    await jobWhen(first.url, location, ({ detail }) => detail !== null);
    await first.service.stop();
    const asked = prometheus.requests.length;
    const second = await start();
    await jobWhen(second.url, location, ({ status }) => status === 'succeeded');
    expect(prometheus.requests.length).toBe(asked);
  });

  test('is made anew when the files were lost meanwhile', async () => {
    receiver.answer(503);
    const ima = await start();
    const location = await profile(ima);
    await jobWhen(ima.url, location, ({ detail }) => detail !== null);
    for (const key of await files.list()) await files.remove(key);
    await jobWhen(ima.url, location, ({ status }) => status === 'succeeded');
    expect(receiver.deliveries).toHaveLength(2);
  });

  test('of a foreign receiver tells of a failure', async () => {
    prometheus.fail({ path: 'label', times: 1, answer: errorAnswer(400, 'bad_data', 'no') });
    const ima = await start();
    const location = await profile(ima);
    const { json } = await receiver.delivery(location);
    expect(json).toMatchObject({ event: 'extraction.failed', sliceId: 1, flavorId: 1 });
  });

  test('never reaches a foreign receiver at a private address, unless the operator allows those', async () => {
    const ima = await start({}, { allowPrivateCallbacks: false });
    const location = await profile(ima);
    const refused = await jobWhen(
      ima.url,
      location,
      ({ detail }) => detail?.includes('not public') === true,
    );
    expect(refused).toMatchObject({ status: 'running', step: 'delivering' });
    expect(receiver.deliveries).toEqual([]);
  });

  test("of this suite's SRO does not: it follows the job", async () => {
    prometheus.fail({ path: 'label', times: 1, answer: errorAnswer(400, 'bad_data', 'no') });
    const ima = await start({ SRO_URL: new URL(receiver.url).origin });
    const location = await profile(ima);
    await jobWhen(ima.url, location, ({ status }) => status === 'failed');
    const due = await database.query('select id from ima.jobs where report_due');
    expect(due).toEqual([]);
  });
});

describe('retention', () => {
  test('keeps the newest extractions of a slice and removes the files of the others', async () => {
    const ima = await start();
    for (let made = 0; made < 3; made += 1) {
      await jobWhen(ima.url, await profile(ima), ({ status }) => status === 'succeeded');
    }
    const rules = { keepMs: 86_400_000, keepPerSlice: 2, rememberMs: 86_400_000 };
    await applyRetention({ database, files, logger: silentLogger, now: Date.now, ...rules });
    const states = await database.query<{ state: string }>(
      'select state from ima.extractions order by current_ts',
    );
    expect(states.map(({ state }) => state)).toEqual(['gone', 'kept', 'kept']);
    expect((await files.list()).filter((key) => !key.endsWith('-raw'))).toHaveLength(2);
  });
});
