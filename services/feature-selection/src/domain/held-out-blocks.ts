import type { PairedRows } from './paired-rows.ts';

/** Fit on the pairs before `trainEnd`, judge on [start, end). */
export interface HeldOutBlock {
  readonly trainEnd: number;
  readonly start: number;
  readonly end: number;
}

const blockCount = 8;
/** The blocks tile what follows this share of the pairs. */
const firstShare = 0.4;
/** With fewer pairs before the first block there is nothing to fit. */
const fewestTrained = 30;
const blockShare = (1 - firstShare) / blockCount;

/**
 * Later and later blocks, each judged by what came before it. Between the two lie the horizon, whose
 * targets would reach into the block, and a whole block: else any slow drift, by telling "now" from
 * "then", passes for a cause because the KPI just before a block resembles the KPI in it.
 */
export function heldOutBlocks({ target, horizonPairs }: PairedRows): readonly HeldOutBlock[] {
  const at = (index: number) => Math.floor(target.length * (firstShare + blockShare * index));
  return Array.from({ length: blockCount }, (_, index) => ({
    trainEnd: Math.max(0, at(index) - (at(index + 1) - at(index)) - horizonPairs),
    start: at(index),
    end: at(index + 1),
  }));
}

/** So many pairs are needed for that. */
export function fewestPairs(horizonPairs: number): number {
  return Math.ceil((horizonPairs + fewestTrained) / (firstShare - blockShare)) + blockCount;
}
