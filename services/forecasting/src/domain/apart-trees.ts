import { type BoostedTrees, flattenTrees, type RegressionTree } from '@slicecast/stats';
import { type TrainedModel, trainedModelFormat } from './trained-model.ts';

/** Models of this format keep an object for each of their trees. */
export const formatOfApartTrees = 2;

/** A model of that format, as it would be stored now. */
export function joinTrees(stored: unknown): TrainedModel {
  return { ...(joined(stored) as TrainedModel), formatVersion: trainedModelFormat };
}

function joined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value : value.map(joined);
  if (areApart(value)) return joinedTrees(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, joined(part)]));
}

interface ApartTrees {
  readonly start: number;
  readonly trees: readonly StoredTree[];
}

/** A cut below all values is null: JSON has no infinity. */
type StoredTree = Omit<RegressionTree, 'cut'> & { readonly cut: readonly (number | null)[] };

function areApart(value: object): value is ApartTrees {
  return 'start' in value && 'trees' in value && Array.isArray(value.trees);
}

function joinedTrees({ start, trees }: ApartTrees): BoostedTrees {
  const whole = trees.map((tree) => ({
    ...tree,
    cut: tree.cut.map((cut) => cut ?? -Number.MAX_VALUE),
  }));
  return { start, ...flattenTrees(whole) };
}
