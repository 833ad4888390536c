import { median } from '@slicecast/stats';
import type { HeldOutBlock } from './held-out-blocks.ts';

/** A column's values in classes of equal size. */
export const classCount = 12;
/** Residuals are told apart so finely when a class's median is sought. */
const levelCount = 48;
/** Of a column on trial, a class's median counts n / (n + this): a class of few rows says little. */
const rowsOfDoubt = 60;
/** Of one that was taken: what its classes leave unsaid, its duplicates would seem to gain. */
const rowsOfTrust = 5;

/** An additive model of the KPI, fitted anew before each held-out block. */
export interface HeldOutModel {
  readonly fits: readonly BlockFit[];
  /** How often each pair counts. */
  readonly weights: Float64Array;
}

interface BlockFit {
  readonly block: HeldOutBlock;
  /** What the model leaves of the scaled KPI, at every pair. */
  readonly residuals: Float64Array;
  /** Level of each residual before `trainEnd`. */
  readonly levels: Uint8Array;
  /** The residual in the middle of each level. */
  readonly middles: Float64Array;
  /** Sum of absolute residuals in the block. */
  readonly error: number;
}

/** The model that knows no column: the median of what came before the block. */
export function medianModel(
  scaledKpi: Float64Array,
  blocks: readonly HeldOutBlock[],
  weights: Float64Array,
): HeldOutModel {
  const fits = blocks.map((block) => {
    const centre = median(scaledKpi.subarray(0, block.trainEnd));
    const residuals = scaledKpi.map((value) => value - centre);
    return fitOf(block, residuals, weights);
  });
  return { fits, weights };
}

/**
 * The model with one column more. Its effect is the median residual in each class of its values
 * (`classes`, from `quantileClasses`; none where it is missing): any shape, robust against bursts, and
 * nothing beyond the values that were seen.
 */
export function addColumn(model: HeldOutModel, classes: Uint8Array): HeldOutModel {
  const fits = model.fits.map((fit) => {
    const effects = effectsOf(fit, classes, model.weights, rowsOfTrust);
    const residuals = fit.residuals.map((value, i) => value - effectAt(effects, classes, i));
    return fitOf(fit.block, residuals, model.weights);
  });
  return { fits, weights: model.weights };
}

/** What the column would take off the error of each block, as a share of it. O(blocks · pairs). */
export function gainsOf(model: HeldOutModel, classes: Uint8Array): Float64Array {
  return Float64Array.from(model.fits, (fit) => {
    const effects = effectsOf(fit, classes, model.weights, rowsOfDoubt);
    let error = 0;
    for (let i = fit.block.start; i < fit.block.end; i += 1) {
      const left = (fit.residuals[i] as number) - effectAt(effects, classes, i);
      error += (model.weights[i] as number) * Math.abs(left);
    }
    return fit.error === 0 ? 0 : 1 - error / fit.error;
  });
}

function fitOf(block: HeldOutBlock, residuals: Float64Array, weights: Float64Array): BlockFit {
  const sorted = residuals.slice(0, block.trainEnd).sort();
  const place = (share: number) => sorted[Math.floor(share * sorted.length)] ?? 0;
  const bounds = Float64Array.from({ length: levelCount - 1 }, (_, l) =>
    place((l + 1) / levelCount),
  );
  const middles = Float64Array.from({ length: levelCount }, (_, l) =>
    place((l + 0.5) / levelCount),
  );
  const levels = new Uint8Array(block.trainEnd);
  for (let i = 0; i < levels.length; i += 1) levels[i] = levelOf(bounds, residuals[i] as number);
  let error = 0;
  for (let i = block.start; i < block.end; i += 1) {
    error += (weights[i] as number) * Math.abs(residuals[i] as number);
  }
  return { block, residuals, levels, middles, error };
}

/** How many bounds are at or below the value; binary search. */
function levelOf(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The shrunken median residual of each class, by counting levels: no sorting in the hot path. */
function effectsOf(
  fit: BlockFit,
  classes: Uint8Array,
  weights: Float64Array,
  shrinkingRows: number,
): Float64Array {
  const counts = new Float64Array((classCount + 1) * levelCount);
  for (let i = 0; i < fit.levels.length; i += 1) {
    const at = (classes[i] as number) * levelCount + (fit.levels[i] as number);
    counts[at] = (counts[at] as number) + (weights[i] as number);
  }
  return Float64Array.from({ length: classCount }, (_, each) => {
    const own = counts.subarray(each * levelCount, (each + 1) * levelCount);
    const total = own.reduce((sum, count) => sum + count, 0);
    return ((fit.middles[middleLevel(own, total)] as number) * total) / (total + shrinkingRows);
  });
}

function middleLevel(counts: Float64Array, total: number): number {
  let below = 0;
  let level = 0;
  while (level < counts.length - 1) {
    below += counts[level] as number;
    if (below >= total / 2) break;
    level += 1;
  }
  return level;
}

/** 0 where the column is missing. */
function effectAt(effects: Float64Array, classes: Uint8Array, i: number): number {
  return effects[classes[i] as number] ?? 0;
}
