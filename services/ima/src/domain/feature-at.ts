import { type FeatureRule, type FeatureValue, featureValue } from '@slicecast/stats';
import type { SeriesBuffer } from './series-buffer.ts';

/** A feature at an instant, from the newest samples of its series; missing without any, and once the series has ended. */
export function featureAt(
  buffer: SeriesBuffer | undefined,
  at: number,
  rule: FeatureRule,
): FeatureValue {
  if (buffer === undefined) return { value: null, sampledAt: null, state: 'missing' };
  const found = featureValue(buffer.times, buffer.values, buffer.count, at, rule);
  return buffer.endedAt(at) ? { ...found, value: null, state: 'missing' } : found;
}
