import type { Feature } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { assembleRow } from '../../src/domain/assemble-row.ts';
import { SeriesBuffer } from '../../src/domain/series-buffer.ts';
import { unionFeatures } from '../../src/domain/union-features.ts';

const slice = { tenantId: 'default', sliceId: 1, epoch: 2, flavorInForce: 1 };

function feature(letter: string, more: Partial<Feature> = {}): Feature {
  return {
    series: letter.repeat(40),
    labels: { __name__: letter },
    transform: 'raw',
    windowMs: 0,
    maxAgeMs: 2500,
    ...more,
  };
}

function bufferOf(...samples: [number, number][]): SeriesBuffer {
  const buffer = new SeriesBuffer(600_000);
  for (const [at, value] of samples) buffer.add(at, value, at);
  return buffer;
}

test('a row carries the features of all trained flavors, each once, sorted, with value, time and state', () => {
  const features = unionFeatures([
    { flavorId: 1, modelId: 'm1', features: [feature('b'), feature('a')] },
    { flavorId: 2, modelId: 'm2', features: [feature('c'), feature('b')] },
  ]);
  const samples = new Map([
    ['a'.repeat(40), bufferOf([9000, 1], [10_000, 2])],
    ['b'.repeat(40), bufferOf([7000, 3])],
  ]);
  const row = assembleRow({ slice, features, samples, at: 10_000, kpi: 24.9 });
  expect(row.features).toEqual(['a', 'b', 'c'].map((letter) => letter.repeat(40)));
  expect(row.values).toEqual([2, null, null]);
  expect(row.sampledAt).toEqual([10_000, 7000, null]);
  expect(row.states).toEqual(['fresh', 'stale', 'missing']);
  expect(row.kpi).toBe(24.9);
});

test('a KPI that is not in is absent, not zero', () => {
  expect(assembleRow({ slice, features: [], samples: new Map(), at: 1 })).not.toHaveProperty('kpi');
});

test('a value that stands far longer than ever in its profile is frozen; a quiet one is not', () => {
  const still: [number, number][] = Array.from({ length: 100 }, (_, second) => [second * 1000, 5]);
  const quiet = feature('a', { longestUnchangedMs: 60_000 });
  const lively = feature('b', { longestUnchangedMs: 2000 });
  const features = unionFeatures([{ flavorId: 1, modelId: 'm', features: [quiet, lively] }]);
  const samples = new Map([quiet, lively].map(({ series }) => [series, bufferOf(...still)]));
  expect(assembleRow({ slice, features, samples, at: 99_000 }).states).toEqual(['fresh', 'frozen']);
});

test('where flavors disagree on the greatest age of a feature, the larger one holds', () => {
  const [only] = unionFeatures([
    { flavorId: 1, modelId: 'm1', features: [feature('a', { maxAgeMs: 10 })] },
    { flavorId: 2, modelId: 'm2', features: [feature('a', { maxAgeMs: 20 })] },
  ]);
  expect(only?.feature.maxAgeMs).toBe(20);
});
