import type { Policy } from '@slicecast/contracts';
import { loadThreshold } from './load-threshold.ts';
import { mloV2 } from './mlo-v2.ts';
import type { PolicyRule } from './policy-rule.ts';
import { predictive } from './predictive.ts';
import { reactive } from './reactive.ts';

/** Every policy a slice can have: a new one is a file here, a line in this list and its parameters in the contracts. */
const policyRules: Record<Policy['kind'], PolicyRule> = {
  'mlo-v2': mloV2,
  predictive,
  reactive,
  'load-threshold': loadThreshold,
};

export function ruleOf(policy: Policy): PolicyRule {
  return policyRules[policy.kind];
}
