import { sortedQuantile } from '@slicecast/stats';
import type { OutOfFold, RollingOrigin } from '../rolling-origin.ts';

/** Middle and spread of a figure of blocks out of fold. */
export interface Norm {
  readonly centre: number;
  readonly spread: number;
}

/** How well a champion does while nothing has drifted, in blocks of ticks out of fold; plain JSON. */
export interface DriftNorm {
  /** Scored ticks of a block. */
  readonly blockTicks: number;
  /** Forecasts up to edges[0] are level 0, up to edges[1] level 1, and so on. */
  readonly edges: readonly number[];
  /** By level: the mean absolute error on the KPI's scale. */
  readonly usualErrors: readonly number[];
  /** Of the logarithm of a block's mean error, each error taken over what is usual at its level. */
  readonly error: Norm;
  /** Of the logarithm of a block's mean error over persistence's. */
  readonly skill: Norm;
}

/** What champion and persistence forecast for a tick, and what came, on the KPI's scale. */
export interface Judged {
  readonly champion: number;
  readonly persistence: number;
  readonly actual: number;
}

/** Sums of a block in the making; JSON. */
export interface Block {
  readonly count: number;
  readonly error: number;
  /** Of errors over what is usual at their level. */
  readonly relativeError: number;
  readonly persistenceError: number;
}

export const emptyBlock: Block = { count: 0, error: 0, relativeError: 0, persistenceError: 0 };

export function addToBlock(
  { edges, usualErrors }: Pick<DriftNorm, 'edges' | 'usualErrors'>,
  block: Block,
  { champion, persistence, actual }: Judged,
): Block {
  const error = Math.abs(champion - actual);
  const usual = usualErrors[levelOf(edges, champion)] ?? Number.NaN;
  return {
    count: block.count + 1,
    error: block.error + error,
    relativeError: block.relativeError + error / usual,
    persistenceError: block.persistenceError + Math.abs(persistence - actual),
  };
}

/** On the KPI's scale; without it a block of hardly any error would weigh without bound. */
const leastError = 0.005;

/** What a block's sums say. */
export function figuresOf(block: Block): { readonly error: number; readonly skill: number } {
  const logOf = (sum: number) => Math.log(sum / block.count + leastError);
  return {
    error: logOf(block.relativeError),
    skill: logOf(block.error) - logOf(block.persistenceError),
  };
}

/** Blocks long enough that neighbours tell different things: errors within a horizon hang together. */
function blockTicksOf(horizonSteps: number): number {
  return Math.max(30, 2 * horizonSteps);
}

/** Fewer blocks do not tell what is usual. */
const fewestBlocks = 8;
const levels = 3;

/** null when the profile is too short to tell. */
export function fitDriftNorm(
  own: Pick<OutOfFold, 'estimates'>,
  reference: Pick<OutOfFold, 'estimates'>,
  { scaledActuals, foldOf }: Pick<RollingOrigin, 'scaledActuals' | 'foldOf'>,
  horizonSteps: number,
): DriftNorm | null {
  const blockTicks = blockTicksOf(horizonSteps);
  const judged = [...scaledActuals].flatMap((actual, i) => {
    const champion = own.estimates.middle[i] ?? Number.NaN;
    const persistence = reference.estimates.middle[i] ?? Number.NaN;
    const known = Number.isFinite(champion + persistence + actual);
    return known ? [{ fold: foldOf[i] ?? 0, champion, persistence, actual }] : [];
  });
  if (judged.length < fewestBlocks * blockTicks) return null;
  const byLevel = usualErrorsOf(judged);
  const figures = blocksOf(judged, byLevel, blockTicks).map(figuresOf);
  if (figures.length < fewestBlocks) return null;
  const error = normOf(figures.map((figure) => figure.error));
  const skill = normOf(figures.map((figure) => figure.skill));
  return { blockTicks, ...byLevel, error, skill };
}

function usualErrorsOf(judged: readonly Judged[]): Pick<DriftNorm, 'edges' | 'usualErrors'> {
  const middles = Float64Array.from(judged, ({ champion }) => champion).sort();
  const edges = Array.from({ length: levels - 1 }, (_, k) =>
    sortedQuantile(middles, (k + 1) / levels),
  );
  const sums = Array.from({ length: levels }, () => ({ count: 0, error: 0 }));
  for (const { champion, actual } of judged) {
    const sum = sums[levelOf(edges, champion)];
    if (sum === undefined) continue;
    sum.count += 1;
    sum.error += Math.abs(champion - actual);
  }
  return {
    edges,
    usualErrors: sums.map(({ count, error }) => error / Math.max(1, count) + leastError),
  };
}

/** Whole blocks, none of which reaches from one fold into another. */
function blocksOf(
  judged: readonly (Judged & { readonly fold: number })[],
  byLevel: Pick<DriftNorm, 'edges' | 'usualErrors'>,
  blockTicks: number,
): readonly Block[] {
  const blocks: Block[] = [];
  let block = emptyBlock;
  judged.forEach((one, i) => {
    if (one.fold !== judged[i - 1]?.fold) block = emptyBlock;
    block = addToBlock(byLevel, block, one);
    if (block.count < blockTicks) return;
    blocks.push(block);
    block = emptyBlock;
  });
  return blocks;
}

function levelOf(edges: readonly number[], middle: number): number {
  const level = edges.findIndex((edge) => middle <= edge);
  return level < 0 ? edges.length : level;
}

/** A profile may be calmer than any live hour. */
const leastSpread = 0.1;
/** Of a normal distribution: the 90 % quantile lies so many deviations from the median. */
const deviationsTo90 = 1.2816;

function normOf(figures: readonly number[]): Norm {
  const sorted = Float64Array.from(figures).sort();
  const centre = sortedQuantile(sorted, 0.5);
  const spread = (sortedQuantile(sorted, 0.9) - centre) / deviationsTo90;
  return { centre, spread: Math.max(leastSpread, spread) };
}
