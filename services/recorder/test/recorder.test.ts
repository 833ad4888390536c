import { topics } from '@slicecast/contracts';
import { deadLetterTopic } from '@slicecast/platform';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Misbehaviour } from './fakes/fake-influxdb.ts';
import { decision, forecast, row } from './fakes/messages.ts';
import { now, numbered } from './fakes/numbered.ts';
import {
  appendNumbered,
  startTestRecorder,
  type TestRecorder,
} from './fakes/start-test-recorder.ts';

let recorder: TestRecorder;
afterEach(() => recorder.close());

const samples = () => recorder.influx.points('selected-metrics');
const come = (count: number) =>
  vi.waitFor(() => expect(samples()).toHaveLength(count), { timeout: 20_000, interval: 5 });

describe.each([1, 2] as const)('on InfluxDB %d', (version) => {
  test('makes the buckets that are absent, with what they keep, and leaves the others', async () => {
    recorder = await startTestRecorder({ INFLUX_RETENTION_HOURS: '48' }, version);
    await appendNumbered(recorder.log, 0, 10);
    await come(10);
    expect(recorder.influx.buckets.get('selected-metrics')).toEqual({ retentionSeconds: 172_800 });
    expect(recorder.influx.buckets.get('slicecast')).toEqual({ retentionSeconds: 172_800 });
  });

  test('makes a bucket again that was taken away', async () => {
    recorder = await startTestRecorder({}, version);
    await appendNumbered(recorder.log, 0, 10);
    await come(10);
    recorder.influx.drop('selected-metrics');
    await appendNumbered(recorder.log, 10, 20);
    await come(10);
  });
});

describe('every kind of message', () => {
  test('becomes points; giving all of them again changes none', async () => {
    recorder = await startTestRecorder();
    const { log, influx } = recorder;
    const at = row.at;
    const estimation = {
      measurement: 'sla_slice_1_estimations',
      values: [187.25],
      time: '1800000030',
      tags: {},
    };
    const append = async () => {
      await log.append(topics.sliceInputs, [{ key: '1', at, value: row }]);
      await log.append(topics.sliceForecasts, [{ key: '1', at, value: forecast }]);
      await log.append(topics.sliceDecisions, [{ key: '1', at, value: decision }]);
      await log.append(topics.slaEstimations, [{ key: '1', at, value: estimation }]);
    };
    const own = () =>
      influx.points('slicecast').filter(({ measurement }) => !measurement.startsWith('recorder'));
    const written = (times: number) => {
      for (const point of [...own(), ...influx.points('slice_1_slas')])
        expect(point.writes).toBe(times);
      const names = own()
        .map(({ measurement }) => measurement)
        .sort();
      expect(names).toEqual([
        'decision',
        'feature',
        'feature',
        'forecast',
        'forecast',
        'hop',
        'hop',
        'hop',
        'tick',
      ]);
      expect(influx.points('slice_1_slas')).toHaveLength(2);
    };
    await append();
    await vi.waitFor(() => written(1));
    const before = own().map(({ writes, ...point }) => point);
    await append();
    await vi.waitFor(() => written(2));
    expect(own().map(({ writes, ...point }) => point)).toEqual(before);
  });
});

describe('a write that comes to nothing', () => {
  const cases: readonly [string, Misbehaviour][] = [
    ['is answered 503', { status: 503, body: { error: 'engine is closed' } }],
    ['is answered 500', { status: 500, body: { error: 'timeout' } }],
    ['is answered 401', { status: 401, body: { error: 'authorization failed' } }],
    ['is answered 429', { status: 429 }],
    ['is answered 200 by something else', { status: 200, body: 'hello' }],
    ['is cut', 'connection-reset'],
    ['is not answered in time', 'no-answer'],
    ['is acknowledged in vain, with 503', { status: 503, taken: true }],
  ];
  test.each(cases)('since it %s comes again, with nothing lost or doubled', async (_name, bad) => {
    recorder = await startTestRecorder({ INFLUX_TIMEOUT_MS: '200' });
    await appendNumbered(recorder.log, 0, 1);
    await come(1);
    recorder.influx.misbehave(bad, bad, bad);
    await appendNumbered(recorder.log, 1, 800);
    await come(800);
    const numbers = samples().map(({ fields }) => Number(fields.value));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 800 }, (_, n) => n));
    // One owner of the retries: each failure is one pause of the log, and one request.
    await vi.waitFor(() => expect(recorder.pauses).toEqual([100, 200, 400]));
    // Points that were taken before the last try are no sign of it.
    const tries = typeof bad === 'object' && bad.taken === true ? 4 : 1;
    await vi.waitFor(() => expect(samples().at(-1)?.writes).toBe(tries));
    const { length } = recorder.influx.writes;
    await appendNumbered(recorder.log, 800, 801);
    await come(801);
    expect(recorder.influx.writes).toHaveLength(length + 1);
  });

  test('is told on /ready, in the words of the server, until one goes well again', async () => {
    recorder = await startTestRecorder();
    await vi.waitFor(async () => expect(await recorder.ready()).toMatchObject({ status: 200 }));
    recorder.influx.misbehave(
      ...Array<Misbehaviour>(2000).fill({ status: 503, body: { error: 'no disk' } }),
    );
    await appendNumbered(recorder.log, 0, 10);
    await vi.waitFor(async () => {
      const { status, text } = await recorder.ready();
      expect(status).toBe(503);
      expect(text).toContain('InfluxDB answered 503: no disk');
    });
  });
});

test('a server that asks for time with Retry-After is left alone for so long by every partition', async () => {
  recorder = await startTestRecorder();
  await appendNumbered(recorder.log, 0, 1);
  await come(1);
  recorder.influx.misbehave({ status: 429, headers: { 'retry-after': '1' } });
  await appendNumbered(recorder.log, 1, 2);
  await vi.waitFor(() => expect(recorder.pauses).toHaveLength(1));
  const asked = recorder.influx.writes.length;
  const begun = performance.now();
  await recorder.log.append(topics.sliceInputs, [{ key: '1', at: now, value: row }]);
  await come(2);
  const waitedMs = performance.now() - begun;
  expect(waitedMs).toBeGreaterThan(500);
  expect(recorder.influx.writes.length).toBeLessThanOrEqual(asked + 2);
});

describe('lines that InfluxDB will never take', () => {
  test('stand alone in the dead letters with its words; all others are in', async () => {
    recorder = await startTestRecorder();
    const { influx, log } = recorder;
    influx.refuse(({ fields }) =>
      Number(fields.value) % 97 === 5 ? 'field type conflict: value is a string' : undefined,
    );
    await appendNumbered(log, 0, 500);
    const bad = [5, 102, 199, 296, 393, 490];
    await come(500 - bad.length);
    await vi.waitFor(async () => {
      const letters = [];
      const all = { topic: deadLetterTopic('selected-metrics-5'), fromMs: 0, toMs: now * 2 };
      for await (const { value } of log.readByTime(all)) letters.push(value);
      expect(
        letters.map(({ text }) => Number(JSON.parse(text).value)).sort((a, b) => a - b),
      ).toEqual(bad);
      for (const { reason, group } of letters) {
        expect(reason).toContain('field type conflict');
        expect(group).toBe('recorder');
      }
    });
    expect(recorder.pauses).toEqual([]);
    const { body } = await recorder.metrics.text();
    expect(body).toContain(
      'slicecast_recorder_dropped_total{reason="refused",service="recorder"} 6',
    );
  });

  test('cost one request where the server says that all of them are bad', async () => {
    recorder = await startTestRecorder();
    await appendNumbered(recorder.log, 0, 1);
    await come(1);
    const before = recorder.influx.writes.length;
    recorder.influx.refuse(() => 'points beyond retention policy');
    await appendNumbered(recorder.log, 1, 101);
    await vi.waitFor(async () => {
      const { body } = await recorder.metrics.text();
      expect(body).toContain('dropped_total{reason="beyond-retention",service="recorder"} 100');
    });
    expect(recorder.influx.writes.length - before).toBe(1);
  });

  test('are halved out of a request that is too large', async () => {
    recorder = await startTestRecorder();
    await appendNumbered(recorder.log, 0, 1);
    await come(1);
    recorder.influx.misbehave({ status: 413 });
    await appendNumbered(recorder.log, 1, 101);
    await come(101);
    expect(recorder.influx.writes.slice(-2).map(({ lines }) => lines)).toEqual([50, 50]);
  });
});

test('no more buckets are made than may be: what would need one more is counted', async () => {
  recorder = await startTestRecorder({ RECORDER_MAX_BUCKETS: '3' });
  const { log, influx } = recorder;
  await vi.waitFor(() => expect(influx.buckets.size).toBe(1));
  const kpi = (n: number) => ({
    key: String(n),
    at: now,
    value: { measurement: `R_99_${n}`, values: [n], time: String(now / 1000), tags: {} },
  });
  await log.append(topics.clientMetrics, [1, 2, 3, 4].map(kpi));
  await vi.waitFor(async () => {
    const { body } = await recorder.metrics.text();
    expect(body).toContain('dropped_total{reason="too-many-buckets",service="recorder"} 2');
  });
  expect(influx.buckets.size).toBe(3);
});

test('its own counts are recorded, with a zero for what never happened', async () => {
  recorder = await startTestRecorder({ RECORDER_STATUS_PERIOD_MS: '100' });
  await recorder.log.append(topics.selectedMetrics, [
    numbered(0),
    { ...numbered(1), value: { ...numbered(1).value, value: 'NaN' } },
  ]);
  await vi.waitFor(() => {
    const points = recorder.influx.points('slicecast');
    const drops = points.filter(({ measurement }) => measurement === 'recorder_drops');
    const byReason = new Map(drops.map(({ tags, fields }) => [tags.reason, fields.points]));
    expect(byReason.get('not-finite')).toBe(1);
    expect(byReason.get('refused')).toBe(0);
    expect(points).toContainEqual(
      expect.objectContaining({ measurement: 'recorder', fields: { points: 1, lag_seconds: 0 } }),
    );
  });
});
