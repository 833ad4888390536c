import { expect, test } from 'vitest';
import { contendersOf } from '../../src/domain/choose-champion.ts';
import { emptyEstimates, setEstimate } from '../../src/domain/estimates.ts';
import { fitKpiScale } from '../../src/domain/kpi-scale.ts';
import type { OutOfFold, RollingOrigin } from '../../src/domain/rolling-origin.ts';

const targets = 960;

/** Misses every target that it forecasts, the last `count`, by `error`. */
function model(
  name: string,
  error: number | ((i: number) => number),
  count = targets,
  { baseline = false, blended = false } = {},
): OutOfFold {
  const estimates = emptyEstimates(targets);
  const values = new Float64Array(targets).fill(Number.NaN);
  for (let i = targets - count; i < targets; i += 1) {
    const middle = i + (typeof error === 'number' ? error : error(i));
    setEstimate(estimates, i, { middle, below: 1, above: 1 });
    values[i] = middle;
  }
  const more = { mode: 'live-kpi', baseline, blended, followsLoad: true } as const;
  return { name, ...more, estimates, values, trainingSeconds: 0 };
}

function rolledOf(models: readonly OutOfFold[]): RollingOrigin {
  const actuals = Float64Array.from({ length: targets }, (_, i) => i);
  return {
    stepMs: 1000,
    horizonSteps: 30,
    actuals,
    scaledActuals: actuals,
    scales: [fitKpiScale(actuals)],
    foldOf: new Uint8Array(targets),
    models,
  };
}

test('who forecasts a part of the targets alone comes last, however easy that part was', () => {
  const models = [
    model('late', 0, 192),
    model('steady', 2, targets),
    model('best', 1, targets),
    model('plain', 3, targets, { baseline: true }),
  ];
  const names = contendersOf(rolledOf(models), 'live-kpi').map(({ name }) => name);
  expect(names).toEqual(['best', 'steady', 'plain', 'late']);
});

/** Off by `usual`, and by `more` on top of it in one spell of two minutes. */
const offBy = (usual: number, spell: number, more: number) => (i: number) =>
  Math.floor(i / 120) === spell ? usual + more : usual;

test('who is better than the blend by one spell leaves the lead to it, who always is does not', () => {
  const blended = [
    model('above', offBy(0.7, 1, 2), targets, { blended: true }),
    model('below', offBy(-0.3, 2, 2), targets, { blended: true }),
  ];
  const champion = (more: OutOfFold) => {
    const models = [...blended, more].map((each) => ({ ...each, mode: 'x-alone' as const }));
    return contendersOf(rolledOf(models), 'x-alone')[0]?.name;
  };
  expect(champion(model('lucky', offBy(0.1, 3, 1.2)))).toBe('above + below');
  expect(champion(model('better', 0.01))).toBe('better');
});

test('a model in charge alone has the spread that its residuals were measured in', () => {
  const [champion] = contendersOf(rolledOf([model('tells', 1)]), 'live-kpi');
  expect(champion?.members).toEqual([{ name: 'tells', weight: 1, spreadWeight: 1 }]);
});

test('a blend whose KPI streams follows all models but baselines', () => {
  const models = [
    model('first', 0.7, targets, { blended: true }),
    model('second', -0.3, targets, { blended: true }),
    model('unpicked', 2),
    model('plain', 4, targets, { baseline: true }),
  ];
  const [blend] = contendersOf(rolledOf(models), 'live-kpi');
  expect(blend?.members.map(({ name }) => name)).toEqual(['first', 'second', 'unpicked']);
  expect(blend?.members[2]).toEqual({ name: 'unpicked', weight: 0, spreadWeight: 0 });
  expect(blend?.tracking?.state.losses).toHaveLength(4);
});

test('without a live KPI the blend stays as it was trained', () => {
  const alone = [
    model('above', 0.7, targets, { blended: true }),
    model('below', -0.3, targets, { blended: true }),
  ].map((each) => ({ ...each, mode: 'x-alone' as const }));
  const [blend] = contendersOf(rolledOf(alone), 'x-alone');
  expect(blend?.tracking).toBeUndefined();
});
