import type { SliceForecast } from '@slicecast/contracts';
import { describe, expect, test } from 'vitest';
import { LiveScore } from '../../src/domain/live-score.ts';

function message(at: number, observedKpi: number | null, flavorInForce = 1): SliceForecast {
  const forecast = {
    flavorId: flavorInForce,
    horizonSeconds: 10,
    quantiles: { q025: 10, q10: 20, q50: 30, q90: 40, q975: 50 },
    violationProbability: 0,
    counterfactual: false,
    gated: true,
    champion: 'live-kpi' as const,
    modelId: 'm',
  };
  return {
    tenantId: 'default',
    sliceId: 1,
    at,
    epoch: 0,
    flavorInForce,
    observedKpi,
    inputStates: [],
    inputQuality: 'fresh',
    forecasts: [forecast, { ...forecast, flavorId: 9, counterfactual: true }],
  };
}

describe('the live score', () => {
  test.each([
    [30, { error: 0, persistenceError: 5, in80: true, in95: true }],
    [43, { error: 13, persistenceError: 18, in80: false, in95: true }],
    [100, { error: 70, persistenceError: 75, in80: false, in95: false }],
  ])('compares a KPI of %d with the forecast and with persistence', (kpi, outcome) => {
    const score = new LiveScore(1000);
    score.observed(1000, 25);
    score.published(message(1000, 25));
    expect(score.observed(11_000, kpi)).toEqual(outcome);
    expect(score.figures()).toMatchObject({ ticks: 1, mae: outcome.error });
  });

  test('takes the newest KPI for persistence when that of the tick is late', () => {
    const score = new LiveScore(1000);
    score.observed(1000, 25);
    score.published(message(3000, null));
    expect(score.observed(13_000, 30)?.persistenceError).toBe(5);
  });

  test('counts a target once, and a KPI between two ticks for the later one', () => {
    const score = new LiveScore(1000);
    score.published(message(1000, 25));
    expect(score.observed(10_400, 30)).toBeDefined();
    expect(score.observed(11_000, 30)).toBeUndefined();
  });

  test('scores nothing across a change of flavor', () => {
    const score = new LiveScore(1000);
    score.published(message(1000, 25, 1));
    score.published(message(2000, 25, 2));
    expect(score.observed(11_000, 30)).toBeUndefined();
    expect(score.observed(12_000, 30)).toBeDefined();
  });

  test('waits for a target no longer than a horizon beyond it', () => {
    const score = new LiveScore(1000);
    score.published(message(1000, 25));
    for (let tick = 2; tick <= 30; tick += 1) score.published(message(tick * 1000, null));
    expect(score.observed(11_000, 30)).toBeUndefined();
    expect(score.figures()).toBeNull();
  });
});
