import type { Policy } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { checkPolicy } from '../../../src/domain/policies/check-policy.ts';
import { aSlice, mloV2Policy, predictivePolicy } from '../samples.ts';

const { flavors } = aSlice();

test.each([
  predictivePolicy(),
  predictivePolicy({ minFlavor: 1, maxFlavor: 2, safeFlavor: 2 }),
  mloV2Policy(),
  { kind: 'reactive' as const, replicas: { 1: 1, 2: 3 } },
  { kind: 'load-threshold' as const, capacities: { 1: 0.2 } },
])('a policy that fits its slice has no fault', (policy) => {
  expect(checkPolicy(policy, flavors)).toEqual([]);
});

const votes = { probability: 0.1, m: 3, n: 5 };
const faulty: [string, Policy][] = [
  ['/safeFlavor', predictivePolicy({ safeFlavor: 9 })],
  ['/minFlavor', predictivePolicy({ minFlavor: 2, maxFlavor: 1 })],
  ['/safeFlavor', predictivePolicy({ maxFlavor: 1, safeFlavor: 2 })],
  ['/up/m', predictivePolicy({ up: { probability: 0.2, m: 6, n: 5 } })],
  ['/down/m', predictivePolicy({ down: { ...votes, m: 6 } })],
  ['/down/probability', predictivePolicy({ down: { ...votes, probability: 0.3 } })],
  ['/acceptableViolationProbability', predictivePolicy({ acceptableViolationProbability: 0.5 })],
  ['/replicas/9', { kind: 'reactive', replicas: { 9: 1 } }],
  ['/replicas/2', { kind: 'reactive', replicas: { 1: 2, 2: 1 } }],
  ['/capacities/9', { kind: 'load-threshold', capacities: { 9: 1 } }],
  ['/capacities/2', { kind: 'load-threshold', capacities: { 1: 2, 2: 1 } }],
  ['/lowerBound', mloV2Policy({ lowerBound: 200 })],
];

test.each(faulty)('%s is named', (field, policy) => {
  expect(checkPolicy(policy, flavors).map((fault) => fault.field)).toEqual([field]);
});
