import { analog } from './analog.ts';
import { boostedTrees } from './boosted-trees.ts';
import { logLad, ridge } from './linear.ts';
import type { Model } from './model.ts';
import { persistence } from './persistence.ts';
import { rollingMedian } from './rolling-median.ts';
import { seasonalMedian } from './seasonal-median.ts';
import { trainingMedian } from './training-median.ts';

/** Every model that is tried, baselines first. `Model<never>`-like variance is resolved here, once. */
export const models: readonly Model[] = [
  persistence,
  rollingMedian,
  trainingMedian,
  seasonalMedian,
  ridge,
  logLad,
  analog,
  boostedTrees,
] as readonly unknown[] as readonly Model[];

/** Throws RangeError for a model of another version. */
export function modelNamed(name: string): Model {
  const model = models.find((candidate) => candidate.name === name);
  if (model === undefined) throw new RangeError(`model ${name} is not known to this version`);
  return model;
}
