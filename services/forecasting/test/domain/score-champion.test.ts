import { seededRandom } from '@slicecast/stats';
import { expect, test } from 'vitest';
import type { Contender } from '../../src/domain/choose-champion.ts';
import { emptyEstimates, setEstimate } from '../../src/domain/estimates.ts';
import { middleOnly } from '../../src/domain/models/model.ts';
import type { RollingOrigin } from '../../src/domain/rolling-origin.ts';
import { scoreChampion } from '../../src/domain/score-champion.ts';

const targets = 1600;
const random = seededRandom(3);
const usual = Float64Array.from({ length: targets }, (_, i) => (i % 400 < 200 ? 60 : 240));
const actuals = usual.map((level) => level * (0.8 + 0.4 * random()));
const scale = { kind: 'log', centre: 0, spread: 1 } as const;
const rolled: RollingOrigin = {
  stepMs: 1000,
  horizonSteps: 5,
  actuals,
  scaledActuals: actuals.map(Math.log),
  scales: [scale, scale, scale, scale],
  foldOf: Uint8Array.from({ length: targets }, (_, i) => Math.floor((4 * i) / targets)),
  models: [],
};

function contender(baseline: boolean, values: Float64Array): Contender {
  const estimates = emptyEstimates(targets);
  values.forEach((value, i) => {
    setEstimate(estimates, i, middleOnly(Math.log(value)));
  });
  const name = baseline ? 'baseline' : 'champion';
  const kind = { name, mode: 'x-alone', baseline, blended: false, followsLoad: true } as const;
  return { ...kind, estimates, values, trainingSeconds: 0, members: [] };
}

function gatedOf(champion: Float64Array, baseline: Float64Array) {
  const sla = { bound: 120, side: 'upper', complianceRatio: 0.99, windowSeconds: 60 } as const;
  const options = { stepMs: 1000, horizonSteps: 5, seed: 1, sla };
  return scoreChampion(rolled, [contender(false, champion), contender(true, baseline)], options);
}

/** Each fiftieth time on the wrong side of the bound, and else nearer to the KPI than a tenth too high is. */
const mistaken = usual.map((level, i) => (i % 50 === 0 ? 300 - level : level));
const tooHigh = usual.map((level) => 1.1 * level);

test('who tells violations better passes the gate, though the baseline forecasts the KPI as well', () => {
  const { gated, skill } = gatedOf(tooHigh, mistaken);
  expect([skill.lower < 0, skill.upper > 0]).toEqual([true, true]);
  expect(gated).toBe(true);
  expect(gatedOf(mistaken, tooHigh).gated).toBe(false);
});

test('who tells violations no better than the baseline does not, however well both do', () => {
  const { gated, violation } = gatedOf(usual, usual);
  expect(violation?.brier).toBeLessThan(0.1 * (violation?.climatologyBrier ?? 0));
  expect(gated).toBe(false);
});

test('who is proven worse than the baseline does not, whatever it tells of violations', () => {
  expect(
    gatedOf(
      usual.map((level) => 0.7 * level),
      usual,
    ).gated,
  ).toBe(false);
});

test('who knows the usual share of violations and no more does not', () => {
  const flat = usual.map(() => 120);
  expect(gatedOf(flat, flat).gated).toBe(false);
});
