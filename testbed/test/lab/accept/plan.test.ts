import { Policy } from '@slicecast/contracts';
import { checkPolicy } from '@slicecast/sro/domain/policies/check-policy.ts';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { planOf, policiesOf } from '../../../src/lab/accept/plan.ts';

test('fits two profiles and four policies of whole cycles into the minutes', () => {
  const plan = planOf(49);
  expect(2 * plan.profileCycles + 4 * plan.policyCycles).toBe(28);
  expect(plan.cycleSeconds).toBe(105);
  expect(plan.scale).toBeCloseTo(105 / 1175, 9);
});

test('at the length of the recorded cycle the policies have their usual times', () => {
  expect(policiesOf({ scale: 1 })).toEqual({
    reactive: {
      kind: 'reactive',
      syncSeconds: 15,
      windowSeconds: 15,
      downStabilisationSeconds: 300,
      maxChangesPerHour: 60,
      manualHoldSeconds: 0,
    },
    predictive: {
      kind: 'predictive',
      cooldownUpSeconds: 10,
      cooldownDownSeconds: 60,
      maxChangesPerHour: 12,
      manualHoldSeconds: 0,
    },
  });
});

test.each([20, 45, 1440])('%i minutes give policies that an SRO takes', (minutes) => {
  for (const policy of Object.values(policiesOf(planOf(minutes)))) {
    expect([...Value.Errors(Policy, policy)]).toEqual([]);
    expect(checkPolicy(policy, [])).toEqual([]);
  }
});
