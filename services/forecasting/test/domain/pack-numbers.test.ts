import { expect, test } from 'vitest';
import { packNumbers } from '../../src/domain/pack-numbers.ts';

test('the long rows of numbers become typed arrays wherever they lie, and nothing else changes', () => {
  const model = {
    format: 3,
    none: null,
    weights: [1, 2, 3],
    members: [{ name: 'analog', fitted: { places: [0.5, 1, 2], columns: [0, 1] } }],
    cycle: { kpi: [1, null, 3], load: [4, 5, 6] },
    features: [{ labels: { job: 'node' } }],
  };
  expect(packNumbers(structuredClone(model))).toEqual({
    ...model,
    members: [{ name: 'analog', fitted: { places: Float64Array.of(0.5, 1, 2), columns: [0, 1] } }],
    cycle: { kpi: [1, null, 3], load: Float64Array.of(4, 5, 6) },
  });
});
