import { type Feature, seriesHash } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { SeriesInUse } from '../../src/domain/series-in-use.ts';

function feature(name: string, instance: string): Feature {
  const labels = { __name__: name, instance };
  return { series: seriesHash(labels), labels, transform: 'raw', windowMs: 0, maxAgeMs: 5000 };
}

const load = feature('node_load1', 'a');
const memory = feature('node_memory_Active_bytes', 'a');

test('a series is in use as long as any slice has it', () => {
  const series = new SeriesInUse();
  series.replace(1, [load]);
  series.replace(2, [load, memory]);
  series.replace(1, []);
  expect(series.has(load.series)).toBe(true);
  series.replace(2, [memory]);
  expect(series.has(load.series)).toBe(false);
  expect(series.hasName('node_load1')).toBe(false);
  expect(series.hasName('node_memory_Active_bytes')).toBe(true);
});

test('it tells whether the series of the slice are others than before', () => {
  const series = new SeriesInUse();
  expect(series.replace(1, [load, memory])).toBe(true);
  expect(series.replace(1, [memory, load, { ...load, transform: 'rate', windowMs: 60_000 }])).toBe(
    false,
  );
  expect(series.replace(1, [load, feature('node_load1', 'b')])).toBe(true);
  expect(series.replace(1, [])).toBe(true);
  expect(series.replace(2, [])).toBe(false);
});
