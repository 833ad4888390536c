import { type Feature, featureId, type TrainedFlavor } from '@slicecast/contracts';

/** A feature with the id under which rows carry it. */
export interface IdentifiedFeature {
  readonly id: string;
  readonly feature: Feature;
}

/**
 * The features of all trained flavors, each once, sorted by id, so that a change of flavor never
 * empties a window. Where flavors disagree on the greatest age, the larger one holds.
 */
export function unionFeatures(trained: readonly TrainedFlavor[]): readonly IdentifiedFeature[] {
  const byId = new Map<string, Feature>();
  for (const feature of trained.flatMap((flavor) => flavor.features)) {
    const id = featureId(feature);
    const known = byId.get(id);
    if (known === undefined || known.maxAgeMs < feature.maxAgeMs) byId.set(id, feature);
  }
  return [...byId].map(([id, feature]) => ({ id, feature })).sort((a, b) => (a.id < b.id ? -1 : 1));
}
