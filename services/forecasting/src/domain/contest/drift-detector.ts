import {
  addToBlock,
  type Block,
  type DriftNorm,
  emptyBlock,
  figuresOf,
  type Judged,
} from './drift-norm.ts';

/** What the detector knows after a tick; JSON. */
export interface DriftState {
  /** The cumulative sum. */
  readonly evidence: number;
  /** First tick of the evidence, the estimate of when the drift began; null without evidence. */
  readonly since: number | null;
  readonly drifting: boolean;
  readonly block: Block & { readonly from: number | null };
}

/** Evidence that a block may bring or take, in deviations: a burst of some seconds is no drift. */
const mostOfBlock = 3;
const leastOfBlock = -1;
/** Deviations that a block must lie off before it counts. */
const allowance = 1;
/** Found at this much evidence, and no more is kept: by three blocks far off at the earliest. */
const foundAt = 6;
/** Over at this much: after two blocks that are good, at the earliest. */
const overAt = 2;

const noBlock = { ...emptyBlock, from: null };

export const noDrift: DriftState = { evidence: 0, since: null, drifting: false, block: noBlock };

/**
 * One-sided cumulative sum (Page, 1954) over blocks of ticks. A block speaks for drift by as much as the
 * champion's error is above what it was out of fold, or by as much as its error over persistence's is,
 * whichever is less: a KPI that stands still lets persistence win without any harm, and bursts that nobody
 * sees coming hurt both. While it drifts, good blocks take the evidence away again. Pure, O(1).
 */
export function observeDrift(
  norm: DriftNorm,
  state: DriftState,
  judged: Judged & { readonly tick: number },
): DriftState {
  const block = {
    ...addToBlock(norm, state.block, judged),
    from: state.block.from ?? judged.tick,
  };
  if (block.count < norm.blockTicks) return { ...state, block };
  const { error, skill } = figuresOf(block);
  const off = Math.min(
    (error - norm.error.centre) / norm.error.spread,
    (skill - norm.skill.centre) / norm.skill.spread,
    mostOfBlock,
  );
  const sum = state.evidence + Math.max(leastOfBlock, off) - allowance;
  const drifting = state.drifting ? sum > overAt : sum >= foundAt;
  if (sum <= 0 || (state.drifting && !drifting)) return noDrift;
  const since = state.since ?? block.from;
  return { evidence: Math.min(foundAt, sum), since, drifting, block: noBlock };
}

/** Another flavor came in force: the block that was begun is not gone on with. */
export function dropBlock(state: DriftState): DriftState {
  return { ...state, block: noBlock };
}
