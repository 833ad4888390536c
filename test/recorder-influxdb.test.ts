import { topics } from '@slicecast/contracts';
import {
  createMemoryLog,
  deadLetterTopic,
  type Log,
  loadEnvironment,
  type Service,
  silentLogger,
  systemClock,
} from '@slicecast/platform';
import { createRecorder, RecorderConfig } from '@slicecast/recorder';
import { startInfluxdb } from '@slicecast/testbed/servers';
import { describeOnOwnServer } from '@slicecast/testbed/servers/for-tests';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { askInfluxQl } from './support/ask-influxdb.ts';

const begin = Date.parse('2026-01-18T13:45:29Z');

await describeOnOwnServer('the recorder on InfluxDB 1.8', startInfluxdb, (influx) => {
  let log: Log;
  let recorder: Service;

  beforeEach(async () => {
    log = createMemoryLog();
    const config = loadEnvironment(RecorderConfig, {
      INFLUX_URL: influx.address,
      INFLUX_VERSION: '1',
      INFLUX_RETENTION_HOURS: '0',
      INFLUX_TIMEOUT_MS: '2000',
      RECORDER_PORT: '0',
    });
    recorder = createRecorder({ config, log, clock: systemClock, logger: silentLogger });
    await recorder.start();
  });
  afterEach(async () => {
    await recorder.stop();
    await log.close();
  });

  const sample = (name: string, labels: Record<string, string>, value: string, at = begin) => ({
    key: name,
    at,
    value: { name, labels, value, timestamp: new Date(at).toISOString() },
  });
  const rows = (query: string) =>
    askInfluxQl(influx.address, 'selected-metrics', query).catch(() => []);
  const eventually = (so: () => Promise<void>) => vi.waitFor(so, { timeout: 25_000, interval: 20 });

  test("has MLO-V2's measurements where its dashboards look for them", async () => {
    const at = begin;
    const time = `${at / 1000}.0`;
    const estimation = {
      measurement: 'sla_slice_1_estimations',
      values: [187.25],
      time,
      tags: {},
    };
    const kpi = { measurement: 'R_99_1', values: [24.94], time, tags: {} };
    const labels = { __name__: 'node_load1', instance: '192.168.0.107:9100', job: 'node' };
    await log.append(topics.slaEstimations, [{ key: '1', at, value: estimation }]);
    await log.append(topics.clientMetrics, [{ key: '1', at, value: kpi }]);
    await log.append(topics.selectedMetrics, [sample('node_load1', labels, '35')]);
    const instant = new Date(at).toISOString().replace('.000Z', 'Z');
    await eventually(async () => {
      expect(
        await askInfluxQl(
          influx.address,
          'slice_1_slas',
          'SELECT value FROM sla_slice_1_estimations',
        ),
      ).toEqual([{ time: instant, value: 187.25 }]);
      expect(
        await askInfluxQl(influx.address, 'slice_1_slas', 'SELECT value FROM "R_99_1"'),
      ).toEqual([{ time: instant, value: 24.94 }]);
      expect(await rows('SELECT * FROM node_load1')).toEqual([
        { time: instant, value: 35, ...labels },
      ]);
    });
  });

  test('gives awkward labels back as they were', async () => {
    const awkward = {
      comma: 'a,b',
      equals: 'a=b',
      space: 'a b',
      quote: 'say "x"',
      backslash: 'C:\\Program Files',
      before: 'a\\,b',
      unicode: 'Größe → 💾',
      'k,e y=': 'v',
      lines: 'one\ntwo',
      last: 'C:\\',
      none: '',
    };
    await log.append(topics.selectedMetrics, [
      sample('awkward, metric', awkward, '1'),
      sample('awkward, metric', awkward, '2', begin + 1),
    ]);
    const { none, lines, last, ...same } = awkward;
    await eventually(async () => {
      const found = await rows('SELECT * FROM "awkward, metric"');
      expect(found).toHaveLength(2);
      expect(found[0]).toMatchObject({ ...same, value: 1, lines: 'one\\ntwo', last: 'C:\\ ' });
      expect(found[0]).not.toHaveProperty('none');
    });
  });

  test('puts a line that the server will not take aside with its words, and writes all others', async () => {
    const long = sample('mixed', { series: 'x'.repeat(70_000) }, '1');
    const good = Array.from({ length: 50 }, (_, n) => sample('mixed', { n: String(n) }, String(n)));
    await log.append(topics.selectedMetrics, [...good.slice(0, 20), long, ...good.slice(20)]);
    await eventually(async () => expect(await rows('SELECT * FROM mixed')).toHaveLength(50));
    await eventually(async () => {
      const letters = [];
      const all = {
        topic: deadLetterTopic(topics.selectedMetrics.name),
        fromMs: 0,
        toMs: begin + 1,
      };
      for await (const { value } of log.readByTime(all)) letters.push(value);
      expect(letters).toHaveLength(1);
      expect(letters[0]?.reason).toMatch(
        /InfluxDB answered 400: .*unable to parse 'mixed,series=x/,
      );
    });
  });

  test('loses and doubles no numbered sample when the server is killed and comes back', async () => {
    const total = 20_000;
    const numbered = (n: number) => sample('numbered', { series: 'a' }, String(n), begin + n);
    const known = async () => {
      const [row] = await rows('SELECT count(value) FROM numbered');
      return Number(row?.count ?? 0);
    };
    const appending = (async () => {
      for (let n = 0; n < total; n += 100) {
        await log.append(
          topics.selectedMetrics,
          Array.from({ length: 100 }, (_, i) => numbered(n + i)),
        );
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await eventually(async () => expect(await known()).toBeGreaterThan(0));
    await influx.kill();
    await eventually(async () => {
      const ready = await recorder.server.inject('/ready');
      expect(ready.statusCode).toBe(503);
      expect(ready.body).toContain('InfluxDB cannot be reached');
    });
    await influx.restart();
    await appending;
    await eventually(async () => expect(await known()).toBe(total));
    const values = await rows('SELECT value FROM numbered');
    expect(values.map(({ value }) => value)).toEqual(Array.from({ length: total }, (_, n) => n));
  }, 60_000);
});
