import { bootstrapRatio, type PairedFigures } from '@slicecast/stats';

/** A figure with the bounds between which nine of ten block resamples of the targets put it. */
export interface Estimated {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** Neighbouring targets share their errors: they are drawn in blocks of this length, or of the horizon. */
const blockSeconds = 120;
/** With fewer blocks in a fold, resamples would hardly differ; shorter blocks then say at least something. */
const fewestBlocks = 6;
export const confidence = 0.9;
const resamples = 2000;

export interface Sampling {
  readonly stepMs: number;
  readonly horizonSeconds: number;
  readonly seed: number;
}

/** The mean over the folds of Σa/Σb; null where a fold has nothing to divide by. */
export function estimateRatio(
  folds: readonly PairedFigures[],
  sampling: Sampling,
): Estimated | null {
  const total = (cells: Float64Array) => cells.reduce((sum, cell) => sum + cell, 0);
  const ratios = folds.map(({ a, b }) => total(a) / total(b));
  if (ratios.length === 0 || !ratios.every(Number.isFinite)) return null;
  const { stepMs, horizonSeconds, seed } = sampling;
  const wanted = (Math.max(blockSeconds, horizonSeconds) * 1000) / stepMs;
  const blockLength = Math.min(wanted, ...folds.map(({ a }) => a.length / fewestBlocks));
  return {
    value: total(Float64Array.from(ratios)) / ratios.length,
    ...bootstrapRatio(folds, { blockLength, resamples, seed, confidence }),
  };
}

/** The mean of a figure over the folds. */
export function estimateMean(folds: readonly Float64Array[], sampling: Sampling): Estimated | null {
  return estimateRatio(
    folds.map((a) => ({ a, b: new Float64Array(a.length).fill(1) })),
    sampling,
  );
}
