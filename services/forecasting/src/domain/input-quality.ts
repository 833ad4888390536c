import type { InputQuality, SliceInputRow } from '@slicecast/contracts';
import { toleratedRatio } from './fewest-features.ts';
import type { TrainedModel } from './trained-model.ts';

/** How far the row carries a model: how many of its features are usable. */
export function inputQuality(
  { signal: { columns }, fewestFeatures }: Pick<TrainedModel, 'signal' | 'fewestFeatures'>,
  row: SliceInputRow,
): InputQuality {
  const stateOf = new Map(row.features.map((id, index) => [id, row.states[index]]));
  const count = columns.filter(({ featureId }) => isUsable(stateOf.get(featureId))).length;
  if (count === columns.length) return 'fresh';
  return count > 0 && count >= fewestFeatures ? 'degraded' : 'bad';
}

export function isUsable(state: SliceInputRow['states'][number] | undefined): boolean {
  return state === 'fresh' || state === 'late';
}

/** Degraded input widens every interval by as much as the error was allowed to grow with such input in training. */
export function wideningOf(quality: InputQuality): number {
  return quality === 'fresh' ? 1 : toleratedRatio;
}
