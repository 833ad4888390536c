import { seededRandom } from '@slicecast/stats';
import { type Column, duplicateCorrelation, similarity } from './column.ts';
import type { HeldOutModel } from './held-out-model.ts';
import { type JudgedColumn, judgeColumns } from './judge-columns.ts';

const resampleCount = 20;
/** Neighbouring rows stay together, so that their correlation in time is kept. */
const blocksPerResample = 100;

export interface StabilityOptions {
  /** The columns that could be chosen: no need to ask again for those that never will. */
  readonly pool: readonly Column[];
  readonly pairs: number;
  readonly seed: number;
  /** A model without columns, in which each pair counts as often as its weight says. */
  readonly modelOf: (weights: Float64Array) => HeldOutModel;
  readonly choose: (judged: readonly JudgedColumn[], model: HeldOutModel) => readonly Column[];
}

/**
 * Repeats the choice on block resamples and tells of any column in which share of them it, or a
 * duplicate of it, was chosen. A resample draws blocks of rows with replacement; they stay in their place
 * and count as often as they were drawn, so that what is judged still comes after what was learnt.
 */
export function measureStability(options: StabilityOptions): (column: Column) => number {
  const random = seededRandom(options.seed);
  const resamples = Array.from({ length: resampleCount }, () => {
    const model = options.modelOf(drawWeights(options.pairs, random));
    return options.choose(judgeColumns(options.pool, model), model);
  });
  return (column) => {
    const alike = options.pool.filter(
      (other) => other === column || similarity(other, column) > duplicateCorrelation,
    );
    const again = resamples.filter((chosen) => chosen.some((other) => alike.includes(other)));
    return again.length / resampleCount;
  };
}

function drawWeights(pairs: number, random: () => number): Float64Array {
  const length = Math.max(1, Math.ceil(pairs / blocksPerResample));
  const blocks = Math.ceil(pairs / length);
  const drawn = new Float64Array(blocks);
  for (let draw = 0; draw < blocks; draw += 1) {
    const block = Math.floor(random() * blocks);
    drawn[block] = (drawn[block] as number) + 1;
  }
  return Float64Array.from({ length: pairs }, (_, i) => drawn[Math.floor(i / length)] as number);
}
