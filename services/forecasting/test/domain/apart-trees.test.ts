import { type BoostedTrees, boostedValue, boostTrees, seededRandom } from '@slicecast/stats';
import { expect, test } from 'vitest';
import { joinTrees } from '../../src/domain/apart-trees.ts';

const random = seededRandom(5);
const rows = 600;
const x = Float64Array.from({ length: 2 * rows }, (_, k) =>
  k % 2 === 0 && k % 7 === 0 ? Number.NaN : random(),
);
const y = Float64Array.from({ length: rows }, (_, row) =>
  Number.isNaN(x[2 * row]) ? -20 : 10 * (x[2 * row + 1] ?? 0),
);
const fit = boostTrees(x, y, {
  ...{ quantile: 0.5, trees: 30, learningRate: 0.2, leaves: 6, leafRows: 20 },
  ...{ rowShare: 0.5, columnShare: 1, seed: 1 },
});

/** As an older version stored them. */
function apart({ start, ...flat }: BoostedTrees) {
  const roots = Array.from(flat.roots);
  const trees = roots.map((root, t) => {
    const asked = Array.from(flat.column).slice(root, roots[t + 1]);
    const numbers = Array.from(flat.number).slice(root, roots[t + 1]);
    return {
      column: asked,
      cut: numbers.map((cut, node) =>
        (asked[node] ?? 0) < 0 || cut === -Number.MAX_VALUE ? null : cut,
      ),
      left: Array.from(flat.left)
        .slice(root, roots[t + 1])
        .map((node) => node - root),
      value: numbers.map((value, node) => ((asked[node] ?? 0) < 0 ? value : 0)),
    };
  });
  return { start, trees };
}

test('a model whose trees were stored one by one forecasts as it would have been stored now', () => {
  const stored = {
    formatVersion: 2,
    features: [{ series: 'a', labels: { job: 'node' } }],
    scale: null,
    liveKpi: {
      members: [{ name: 'boosted-trees', fitted: { columns: [0, 1], middle: apart(fit) } }],
    },
    effect: { champion: { rivals: { challengers: [{ fitted: { low: apart(fit) } }] } } },
  };
  const model = joinTrees(JSON.parse(JSON.stringify(stored)));
  expect(model).toEqual({
    ...stored,
    formatVersion: 3,
    liveKpi: { members: [{ name: 'boosted-trees', fitted: { columns: [0, 1], middle: fit } }] },
    effect: { champion: { rivals: { challengers: [{ fitted: { low: fit } }] } } },
  });
  const middle = model.liveKpi.members[0]?.fitted.middle as BoostedTrees;
  expect(Array.from(fit.number)).toContain(-Number.MAX_VALUE);
  for (let row = 0; row < rows; row += 1) {
    expect(boostedValue(middle, x, 2 * row)).toBe(boostedValue(fit, x, 2 * row));
  }
});
