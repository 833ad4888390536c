import { expect, test } from 'vitest';
import {
  directionOf,
  findFlavor,
  flavorsWithin,
  nextFlavor,
} from '../../src/domain/flavor-order.ts';
import { aSlice, predictivePolicy } from './samples.ts';

const flavors = [
  { id: 5, name: '7', pricePerHour: 3, rank: 30 },
  { id: 6, name: 'small', pricePerHour: 1, rank: 10 },
  { id: 7, name: 'medium', pricePerHour: 2, rank: 20 },
];
const medium = aSlice({ flavors, flavorInForce: 7 });

test('the neighbours are found by rank, not by id or price', () => {
  expect(nextFlavor(medium, 'up')?.id).toBe(5);
  expect(nextFlavor(medium, 'down')?.id).toBe(6);
  expect(nextFlavor(aSlice({ flavors, flavorInForce: 5 }), 'up')).toBeUndefined();
});

test('an id goes before a name that reads like it', () => {
  expect(findFlavor(medium, '7')?.name).toBe('medium');
  expect(findFlavor(medium, 'small')?.id).toBe(6);
  expect(findFlavor(medium, 'gone')).toBeUndefined();
});

test('down is where the rank falls', () => {
  expect([directionOf(medium, 6), directionOf(medium, 5)]).toEqual(['down', 'up']);
});

test('the bounds of a policy hold by rank', () => {
  const ids = (policy: ReturnType<typeof predictivePolicy>) =>
    flavorsWithin(medium, policy).map((flavor) => flavor.id);
  expect(ids(predictivePolicy({ minFlavor: 7 }))).toEqual([5, 7]);
  expect(ids(predictivePolicy({ minFlavor: 6, maxFlavor: 7 }))).toEqual([6, 7]);
  expect(ids(predictivePolicy({ maxFlavor: 99 }))).toEqual([5, 6, 7]);
});
