import { expect, test } from 'vitest';
import { contendersOf } from '../../src/domain/choose-champion.ts';
import { emptyEstimates, setEstimate } from '../../src/domain/estimates.ts';
import { fitKpiScale } from '../../src/domain/kpi-scale.ts';
import type { OutOfFold, RollingOrigin } from '../../src/domain/rolling-origin.ts';

const targets = 100;

/** Misses every target that it forecasts, the last `count`, by `error`. */
function model(name: string, error: number, count: number, baseline = false): OutOfFold {
  const estimates = emptyEstimates(targets);
  const values = new Float64Array(targets).fill(Number.NaN);
  for (let i = targets - count; i < targets; i += 1) {
    setEstimate(estimates, i, { middle: i + error, below: 1, above: 1 });
    values[i] = i + error;
  }
  const more = { mode: 'live-kpi', baseline, blended: false, followsLoad: true } as const;
  return { name, ...more, estimates, values, trainingSeconds: 0 };
}

function rolledOf(models: readonly OutOfFold[]): RollingOrigin {
  const actuals = Float64Array.from({ length: targets }, (_, i) => i);
  return {
    actuals,
    scaledActuals: actuals,
    scales: [fitKpiScale(actuals)],
    foldOf: new Uint8Array(targets),
    models,
  };
}

test('who forecasts a part of the targets alone comes last, however easy that part was', () => {
  const models = [
    model('late', 0, 20),
    model('steady', 2, 100),
    model('best', 1, 100),
    model('plain', 3, 100, true),
  ];
  const names = contendersOf(rolledOf(models), 'live-kpi').map(({ name }) => name);
  expect(names).toEqual(['best', 'steady', 'plain', 'late']);
});
