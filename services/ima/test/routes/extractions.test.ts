import type { Job, Profile } from '@slicecast/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, jobWhen } from '../fakes/calls.ts';
import { type FakePrometheus, startFakePrometheus } from '../fakes/fake-prometheus.ts';
import { type FakeReceiver, startFakeReceiver } from '../fakes/fake-receiver.ts';
import { type FakeSelection, startFakeSelection } from '../fakes/fake-selection.ts';
import { startTestIma, type TestIma } from '../fakes/start-test-ima.ts';
import { kpiAt, startMs, trace } from '../fakes/traces.ts';

let prometheus: FakePrometheus;
let selection: FakeSelection;
let receiver: FakeReceiver;
let ima: TestIma;

beforeAll(async () => {
  const times = Array.from({ length: 240 }, (_, second) => startMs + 1000 * second);
  const labels = { __name__: 'read_latency_p99', instance: '10.0.0.1:9000', job: 'client' };
  const foreign = { ...labels, __name__: 'foreign_latency', instance: '10.0.0.9:9000' };
  const values = times.map((_, second) => kpiAt(second));
  prometheus = await startFakePrometheus([
    ...trace,
    { labels, times, values },
    { labels: foreign, times, values },
  ]);
  selection = await startFakeSelection();
  receiver = await startFakeReceiver();
  ima = await startTestIma({ prometheusUrl: prometheus.url, selectionUrl: selection.url });
});
afterAll(async () => {
  await ima.service.stop();
  await Promise.all([prometheus.close(), selection.close(), receiver.close()]);
});

function post(change: object = {}, sliceId = 1) {
  const body = {
    kpiQuery: 'read_latency_p99',
    start: startMs + 30_000,
    end: startMs + 229_000,
    k: 1,
    callbackUrl: receiver.url,
    flavorId: 1,
    ...change,
  };
  return call(`${ima.url}/api/v1/slices/${sliceId}/extractions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('POST /api/v1/slices/:id/extractions', () => {
  test('makes a profile of a KPI that Prometheus itself has, at its real sample times', async () => {
    const answer = await post();
    expect(answer.status).toBe(202);
    const { job } = answer.json as { job: Job };
    expect(answer.headers.get('location')).toBe(`/api/v1/jobs/${job.id}`);
    const { files } = await receiver.delivery(job.id);
    const { profile } = JSON.parse(files.profile ?? '') as { profile: Profile };
    expect(profile.at).toHaveLength(200);
    expect(profile.kpi[0]).toBeCloseTo(kpiAt(30));
  });

  test('takes an expression, evaluated at every scrape interval', async () => {
    const answer = await post({ kpiQuery: 'sum(read_latency_p99)' });
    // The source in this test knows plain selectors only and so gives nothing for it.
    const job = await jobWhen(
      ima.url,
      answer.headers.get('location'),
      ({ status }) => status === 'failed',
    );
    expect(job.detail).toMatch(/gives no usable values in the range; exactly one series is needed/);
    const asked = prometheus.requests.find(({ parameters }) =>
      parameters.get('query')?.startsWith('sum(read_latency_p99{instance=~'),
    );
    expect(asked?.parameters.get('step')).toBe('1');
  });

  test("sees no series of hosts that are not the slice's", async () => {
    const answer = await post({ kpiQuery: 'foreign_latency' });
    const location = answer.headers.get('location');
    const job = await jobWhen(ima.url, location, ({ status }) => status === 'failed');
    expect(job.detail).toMatch(/`foreign_latency\{instance=~"\(10.*gives no usable values/);
  });

  test('says so when the query gives several series', async () => {
    const answer = await post({ kpiQuery: 'connections' });
    const job = await jobWhen(
      ima.url,
      answer.headers.get('location'),
      ({ status }) => status === 'failed',
    );
    expect(job.detail).toMatch(/gives 2 series in the range; exactly one series is needed/);
  });

  test.each([
    ['an end before its start', { end: startMs }, 400, '/end'],
    ['a year', { end: startMs + 366 * 86_400_000 }, 400, '/end'],
    ['no query', { kpiQuery: '' }, 400, '/kpiQuery'],
    ['a query that is no PromQL', { kpiQuery: 'up{' }, 400, '/kpiQuery'],
    ['K of 0', { k: 0 }, 400, '/k'],
    ['K as text', { k: '5' }, 400, '/k'],
    ['a start as text', { start: '2020-01-18T13:45:29Z' }, 400, '/start'],
    ['a callback of another scheme', { callbackUrl: 'ftp://x/' }, 400, '/callbackUrl'],
    ['an unknown field', { horizon: 30 }, 400, '/horizon'],
  ])('with %s answers 400 and names the field', async (_title, change, status, field) => {
    const answer = await post(change);
    expect(answer.status).toBe(status);
    const errors = answer.json.errors as { field: string }[];
    expect(errors.map((error) => error.field)).toContain(field);
  });

  test('for an unknown slice or flavor answers 404', async () => {
    expect((await post({}, 9)).status).toBe(404);
    expect((await post({ flavorId: 9 })).status).toBe(404);
  });
});
