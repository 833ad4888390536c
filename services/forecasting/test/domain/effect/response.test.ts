import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitResponse, respond } from '../../../src/domain/effect/response.ts';

const cells = 400;
const load = Float64Array.from({ length: cells }, (_, i) => i / cells);

test('follows a KPI that rises with the load, between its points and beyond them', () => {
  const response = fitResponse(
    load,
    load.map((value) => 3 + 2 * value),
  );
  if (response === null) throw new Error('no response');
  for (const at of [0.2, 0.5, 0.9, 1.5, -0.5]) {
    expect(respond(response, at).kpi).toBeCloseTo(3 + 2 * at, 6);
    expect(respond(response, at).slope).toBeCloseTo(2, 6);
  }
});

test('never turns, whatever the KPI does', () => {
  const kpis = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), {
    minLength: cells,
    maxLength: cells,
  });
  fc.assert(
    fc.property(kpis, (values) => {
      const line = fitResponse(load, Float64Array.from(values))?.kpis ?? [];
      const steps = line.slice(1).map((value, k) => value - (line[k] ?? 0));
      expect(steps.length).toBeGreaterThan(0);
      expect(steps.every((step) => step >= 0) || steps.every((step) => step <= 0)).toBe(true);
    }),
  );
});

test('is refused of too few cells, and of a load that stands still', () => {
  expect(fitResponse(load.subarray(0, 100), load.subarray(0, 100))).toBeNull();
  expect(fitResponse(new Float64Array(cells).fill(1), load)).toBeNull();
  expect(fitResponse(new Float64Array(cells).fill(Number.NaN), load)).toBeNull();
});
