import { expect, test } from 'vitest';
import { laidByLoad } from '../src/recording/lay-by-load.ts';

const series = 'a'.repeat(40);
const feature = {
  series,
  labels: {},
  transform: 'raw' as const,
  windowMs: 0,
  maxAgeMs: 2500,
};

/** A load that repeats nowhere within the shifts that are tried. */
const loadAt = (second: number) =>
  Math.sin(second / 40) + 0.4 * Math.sin(second / 150) + second / 9000;

function aRun(flavorId: number, begun: number, rows: number) {
  const load = Float64Array.from({ length: rows }, (_, i) => loadAt(begun + i));
  return {
    flavorId,
    at: Array.from({ length: rows }, (_, i) => i * 1000),
    // The other flavor counts the same load on another scale.
    columns: new Map([[series, load.map((value) => flavorId * 100 + value * flavorId)]]),
    kpi: load.map((value) => 100 + 50 * value),
  };
}

test.each([-37, 0, 1, 120])('a run that began %i s later is shifted back by so much', (later) => {
  const runs = [aRun(1, 500, 2000), aRun(2, 500 + later, 2000)];
  const { at, tracks } = laidByLoad(runs, [feature], 1000);
  const [first, second] = [tracks.get(1)?.kpi, tracks.get(2)?.kpi];
  expect(at).toHaveLength(2000 - Math.max(0, -later));
  for (const index of [150, 700, 1800]) {
    expect(second?.[index]).toBeCloseTo(first?.[index] ?? Number.NaN);
  }
  if (later > 0) expect(second?.[later - 1]).toBeNaN();
});
