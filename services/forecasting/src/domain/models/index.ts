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
] as readonly unknown[] as readonly Model[];
