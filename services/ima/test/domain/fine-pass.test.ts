import { describe, expect, test } from 'vitest';
import { alignSeries } from '../../src/domain/align-series.ts';
import { assembleRow } from '../../src/domain/assemble-row.ts';
import { featureOf } from '../../src/domain/feature-rule.ts';
import { kpiClock } from '../../src/domain/kpi-clock.ts';
import { scrapeIntervalOf, sliceStep } from '../../src/domain/scrape-interval.ts';
import { SeriesBuffer } from '../../src/domain/series-buffer.ts';

describe('the scrape interval', () => {
  const every = (ms: number, jitter = 0) =>
    Array.from({ length: 20 }, (_, index) => index * ms + (index % 3) * jitter);
  test.each([
    ['of one second', [every(1000)], 1000],
    ['of 15 s with jitter', [every(15_000, 40), every(15_000)], 15_000],
    ['of 250 ms', [every(250)], 300],
    ['of most series', [every(60_000), every(15_000), every(15_000)], 15_000],
    ['of a single sample is not known', [[5]], undefined],
    ['of no series is not known', [], undefined],
  ])('%s', (_title, series, interval) => {
    expect(scrapeIntervalOf(series)).toBe(interval);
  });

  test('is the finest step of a slice', () => {
    expect(sliceStep(1000, 15_000)).toBe(15_000);
    expect(sliceStep(60_000, 15_000)).toBe(60_000);
    expect(sliceStep(1001, 1000)).toBe(1000);
  });
});

describe("the profile's clock", () => {
  test('has a row a tick that has a KPI, its newest value', () => {
    const clock = kpiClock([15_000, 16_000, 30_000, 61_000], [1, 2, 3, 4], 15_000);
    expect([...clock.at]).toEqual([15_000, 30_000, 75_000]);
    expect([...clock.kpi]).toEqual([1, 3, 4]);
  });
});

describe('a series on the clock', () => {
  const times = Array.from(
    { length: 40 },
    (_, index) => 1_000_000 + index * 1000 + (index % 4) * 60,
  );
  const values = times.map((_, index) => (index < 25 ? 100 + index * index : index * 3));

  test.each(['raw', 'rate'] as const)('has as %s the values of the live feed', (transform) => {
    const feature = featureOf({ __name__: 'x' }, transform, 1000);
    const buffer = new SeriesBuffer(3_600_000);
    const ticks = Float64Array.from({ length: 30 }, (_, index) => 1_005_000 + 1000 * index);
    const live = Array.from(ticks, (at) => {
      times.forEach((time, index) => {
        if (time <= at) buffer.add(time, values[index] ?? 0, at);
      });
      const slice = { tenantId: 'default', sliceId: 1, epoch: 0, flavorInForce: 1 };
      const samples = new Map([[feature.series, buffer]]);
      const row = assembleRow({ slice, features: [{ id: 'x', feature }], samples, at });
      return row.values[0] ?? Number.NaN;
    });
    expect([...alignSeries({ times, values }, ticks, feature).values]).toEqual(live);
  });

  test('is missing where its exporter was dead, and says how long it stood still', () => {
    const series = { times: [0, 1000, 2000, 9000], values: [1, 1, 1, 2] };
    const rule = { transform: 'raw', windowMs: 0, maxAgeMs: 2500 } as const;
    const column = alignSeries(series, Float64Array.of(2000, 4000, 5000, 9000), rule);
    expect([...column.values]).toEqual([1, 1, Number.NaN, 2]);
    expect(column).toMatchObject({ present: 3, longestUnchangedMs: 2000 });
  });
});

test("a feature's window and age go by the scrape interval", () => {
  const labels = { __name__: 'x' };
  expect(featureOf(labels, 'raw', 1000)).toMatchObject({ windowMs: 0, maxAgeMs: 2500 });
  expect(featureOf(labels, 'rate', 1000)).toMatchObject({ windowMs: 15_000 });
  expect(featureOf(labels, 'rate', 15_000)).toMatchObject({ windowMs: 60_000, maxAgeMs: 37_500 });
});
