import { describe, expect, test } from 'vitest';
import { slaEstimation } from '../../src/domain/sla-estimation.ts';

const quantiles = { q025: 1, q10: 2, q50: 187.25, q90: 4, q975: 5 };
const forecast = {
  flavorId: 1,
  horizonSeconds: 30,
  quantiles,
  violationProbability: 0.5,
  counterfactual: false,
  gated: true,
  champion: 'x-alone' as const,
  modelId: 'm',
};
const message = (at: number, forecasts = [forecast]) => ({
  tenantId: 'default',
  sliceId: 1,
  at,
  epoch: 0,
  flavorInForce: 1,
  observedKpi: null,
  inputStates: [],
  inputQuality: 'fresh' as const,
  forecasts,
});

describe("the estimation in MLO-V2's form", () => {
  test.each([
    [1_579_355_129_000, '1579355159.0'],
    [1_579_355_129_250, '1579355159.25'],
  ])('of the tick %d is of %s', (at, time) => {
    expect(slaEstimation(message(at))).toEqual({
      measurement: 'sla_slice_1_estimations',
      values: [187.25],
      time,
      tags: {},
    });
  });

  test('is not made from a flavor that is not in force', () => {
    const candidate = { ...forecast, counterfactual: true };
    expect(slaEstimation(message(0, [candidate]))).toBeUndefined();
  });
});
