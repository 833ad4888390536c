import { expect, test } from 'vitest';
import { policyDiff } from '../../../src/domain/policies/policy-diff.ts';
import { mloV2Policy, predictivePolicy } from '../samples.ts';

test('each parameter that changes is named with its values and what it means', () => {
  const before = predictivePolicy({
    up: { probability: 0.2, m: 3, n: 5 },
    cooldownDownSeconds: 60,
    maxFlavor: 2,
  });
  const after = predictivePolicy({
    up: { probability: 0.3, m: 3, n: 5 },
    cooldownDownSeconds: 60,
    leastGain: 0.2,
  });
  const changes = policyDiff(before, after);
  expect(changes).toEqual([
    { field: '/up/probability', from: 0.2, to: 0.3, meaning: expect.any(String) },
    { field: '/maxFlavor', from: 2, to: null, meaning: expect.stringContaining('higher rank') },
    { field: '/leastGain', from: null, to: 0.2, meaning: expect.stringContaining('near-equal') },
  ]);
  expect(changes[0]?.meaning).toMatch(
    /^Leave the flavor in force when .*: P\(violation\) that a tick/,
  );
});

test('another kind of policy is told, and each of its parameters', () => {
  const changes = policyDiff(mloV2Policy(), {
    kind: 'load-threshold',
    capacities: { 1: 0.4 },
  });
  expect(changes.map(({ field, from, to }) => [field, from, to])).toEqual([
    ['/kind', 'mlo-v2', 'load-threshold'],
    ['/upperBound', 180, null],
    ['/lowerBound', 30, null],
    ['/historySamples', 0, null],
    ['/capacities/1', null, 0.4],
  ]);
  expect(changes.every(({ meaning }) => meaning !== '')).toBe(true);
});

test('the same policy has no difference', () => {
  expect(policyDiff(predictivePolicy(), predictivePolicy())).toEqual([]);
});
