import type { InputQuality, SliceInputRow } from '@slicecast/contracts';
import { toleratedRatio } from './fewest-features.ts';
import { columnGroups } from './load/load-signal.ts';
import type { TrainedModel } from './trained-model.ts';

/** How far the row carries a model: how many of its features are usable, and of which loads some are. */
export function inputQuality(
  model: Pick<TrainedModel, 'signal' | 'fewestFeatures' | 'neededGroups'>,
  row: SliceInputRow,
): InputQuality {
  const { signal, fewestFeatures, neededGroups = [] } = model;
  const stateOf = new Map(row.features.map((id, index) => [id, row.states[index]]));
  const usable = signal.columns.map(({ featureId }) => isUsable(stateOf.get(featureId)));
  if (usable.every(Boolean)) return 'fresh';
  const groups = columnGroups(signal);
  const counts = groups.map((columns) => columns.filter((column) => usable[column]).length);
  const count = counts.reduce((sum, each) => sum + each, 0);
  const dead = [...counts.keys()].filter((group) => counts[group] === 0);
  // With more than one dead nothing was measured.
  if (dead.length > 1 || dead.some((group) => neededGroups.includes(group))) return 'bad';
  return count > 0 && count >= fewestFeatures ? 'degraded' : 'bad';
}

export function isUsable(state: SliceInputRow['states'][number] | undefined): boolean {
  return state === 'fresh' || state === 'late';
}

/** Degraded input widens every interval by as much as the error was allowed to grow with such input in training. */
export function wideningOf(quality: InputQuality): number {
  return quality === 'fresh' ? 1 : toleratedRatio;
}
