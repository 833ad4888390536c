import {
  LoadThresholdPolicy,
  MloV2Policy,
  type Policy,
  PredictivePolicy,
  ReactivePolicy,
} from '@slicecast/contracts';
import type { TSchema } from 'typebox';

/** One parameter that a proposed policy changes. */
export interface PolicyChange {
  /** JSON pointer into the policy. */
  readonly field: string;
  /** null: not set, so that its default holds. */
  readonly from: PolicyValue;
  readonly to: PolicyValue;
  readonly meaning: string;
}
export type PolicyValue = string | number | null;

const schemas: Record<Policy['kind'], TSchema> = {
  predictive: PredictivePolicy,
  'mlo-v2': MloV2Policy,
  reactive: ReactivePolicy,
  'load-threshold': LoadThresholdPolicy,
};

/** What changes from one policy to another, parameter by parameter, in the order in which they are set. */
export function policyDiff(from: Policy, to: Policy): PolicyChange[] {
  const before = leavesOf(from);
  const after = leavesOf(to);
  const fields = [...new Set([...before.keys(), ...after.keys()])];
  return fields.flatMap((field) => {
    const change = { field, from: before.get(field) ?? null, to: after.get(field) ?? null };
    if (change.from === change.to) return [];
    const meaning = meaningOf(schemas[after.has(field) ? to.kind : from.kind], field);
    return [{ ...change, meaning }];
  });
}

function leavesOf(value: object, at = ''): Map<string, PolicyValue> {
  const leaves = new Map<string, PolicyValue>();
  for (const [key, each] of Object.entries(value) as [string, unknown][]) {
    const field = `${at}/${key}`;
    if (typeof each === 'object' && each !== null) {
      for (const [inner, leaf] of leavesOf(each, field)) leaves.set(inner, leaf);
    } else if (typeof each === 'string' || typeof each === 'number') leaves.set(field, each);
  }
  return leaves;
}

/** The descriptions on the way to the field, the outermost first. */
function meaningOf(schema: TSchema, field: string): string {
  if (field === '/kind') return 'The rule by which the slice is decided';
  const told: string[] = [];
  let at: unknown = schema;
  for (const key of field.split('/').slice(1)) {
    at = propertyOf(at, key);
    const description = propertyOf({ properties: at }, 'description');
    if (typeof description === 'string') told.push(description);
  }
  return told.join(': ');
}

function propertyOf(schema: unknown, key: string): unknown {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return undefined;
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null) return undefined;
  return Object.entries(properties).find(([name]) => name === key)?.[1];
}
