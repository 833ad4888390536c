import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantAt } from '../../../src/domain/instant.ts';
import { models } from '../../../src/domain/models/index.ts';
import type { Mode, Model } from '../../../src/domain/models/model.ts';
import { gridOf } from '../../../src/domain/profile-series.ts';
import type { Series } from '../../../src/domain/series.ts';
import { plainLook } from '../../../src/domain/trained-view.ts';
import { syntheticProfile } from '../../fakes/synthetic-load.ts';

const clock = { stepMs: 1000, horizonSteps: 10 };
const end = 1200;
const views = {
  'with a cycle': plainLook(gridOf(syntheticProfile({ rows: 1500 })), end, clock),
  'without a cycle': plainLook(
    gridOf(syntheticProfile({ rows: 1500, periodSeconds: 1300 })),
    end,
    clock,
  ),
};
const cases = Object.entries(views).flatMap(([title, view]) =>
  models.flatMap((model) =>
    model.modes.map((mode) => ({ title, view, model, mode, name: model.name })),
  ),
);
type Case = (typeof cases)[number];

function fitted({ view, model, mode }: Case) {
  return model.fit({ ...view, end }, mode);
}

/** The series with every cell after `index` (and, with 0, at it) replaced. */
function changedAfter(series: Series, index: number, value: number): Series {
  const changed = (cells: Float64Array) => cells.map((cell, i) => (i > index ? value : cell));
  return {
    ...series,
    kpi: changed(series.kpi),
    load: changed(series.load),
    phase: changed(series.phase),
  };
}

describe.each(cases)('$name, $mode, $title', (one) => {
  const { view, model } = one;
  const fit = fitted(one);

  test('learns from the cells before the end of training alone', () => {
    const changed = changedAfter(view.series, end - 1, 1e3);
    const instant = (index: number) => instantAt(view.basis, changed, index);
    const again = model.fit({ series: changed, basis: view.basis, end, instant }, one.mode);
    expect(JSON.stringify(again)).toBe(JSON.stringify(fit));
  });

  test.skipIf(fit === null)('looks at nothing after the origin', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1200, max: 1499 }), fc.double({ noNaN: true }), (at, value) => {
        const past = model.forecast(fit ?? {}, instantAt(view.basis, view.series, at));
        const changed = changedAfter(view.series, at, value);
        expect(model.forecast(fit ?? {}, instantAt(view.basis, changed, at))).toEqual(past);
      }),
      { numRuns: 20 },
    );
  });

  test.skipIf(fit === null)(
    'forecasts the plain course, and takes nothing missing for a zero',
    () => {
      const at = 1300;
      const { middle } = model.forecast(fit ?? {}, instantAt(view.basis, view.series, at));
      expect(Number.isFinite(middle)).toBe(true);
      const silent = withoutInputs(view.series, one.mode);
      const blind = model.forecast(fit ?? {}, instantAt(view.basis, silent, at));
      expect(seesNothing(model, one.mode) ? blind.middle : Number.NaN).toBeNaN();
    },
  );
});

/** Neither KPI, nor load in the mode that has no KPI. */
function withoutInputs(series: Series, mode: Mode): Series {
  const none = new Float64Array(series.length).fill(Number.NaN);
  return mode === 'live-kpi' ? { ...series, kpi: none } : { ...series, kpi: none, load: none };
}

/** The median of training and the clock need no input. */
function seesNothing({ name }: Model, mode: Mode): boolean {
  if (name === 'training-median') return false;
  return name !== 'seasonal-median' || mode === 'live-kpi';
}

test('models that need a cycle say so, and the others do without', () => {
  const names = (title: string) =>
    cases.filter((one) => one.title === title && fitted(one) === null).map(({ name }) => name);
  expect(new Set(names('without a cycle'))).toEqual(new Set(['seasonal-median']));
  expect(names('with a cycle')).toEqual([]);
});

test('analogs and trees know how far off they may be: more where the KPI scatters more', () => {
  const view = views['with a cycle'];
  for (const name of ['analog', 'boosted-trees']) {
    const model = models.find((candidate) => candidate.name === name);
    const fit = model?.fit({ ...view, end }, 'x-alone') ?? {};
    const spreads = Array.from({ length: 250 }, (_, k) => {
      const estimate = model?.forecast(fit, view.instant(1200 + k));
      const width = (estimate?.below ?? 0) + (estimate?.above ?? 0);
      return { width, load: view.series.load[1200 + k + clock.horizonSteps] ?? 0 };
    });
    const mean = (part: typeof spreads) =>
      part.reduce((sum, { width }) => sum + width, 0) / part.length;
    const sorted = spreads.toSorted((a, b) => a.load - b.load);
    expect(mean(sorted.slice(-60))).toBeGreaterThan(3 * mean(sorted.slice(0, 60)));
  }
});
