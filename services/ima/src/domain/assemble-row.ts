import type { FeatureState, SliceInputRow, SliceState } from '@slicecast/contracts';
import type { FeatureValue } from '@slicecast/stats';
import { featureAt } from './feature-at.ts';
import type { SeriesBuffer } from './series-buffer.ts';
import type { IdentifiedFeature } from './union-features.ts';

export interface RowParts {
  readonly slice: Pick<SliceState, 'tenantId' | 'sliceId' | 'epoch' | 'flavorInForce'>;
  readonly features: readonly IdentifiedFeature[];
  /** Series hash → its samples; a series without any may be absent. */
  readonly samples: ReadonlyMap<string, SeriesBuffer>;
  readonly at: number;
  /** The KPI of this tick, where it is in. */
  readonly kpi?: number | undefined;
}

/** One row of `slice-inputs`: every feature at `at`, each with its state, and the KPI where it is known. */
export function assembleRow(parts: RowParts): SliceInputRow {
  const cells = parts.features.map(({ feature }) =>
    featureAt(parts.samples.get(feature.series), parts.at, feature),
  );
  return {
    kind: 'row',
    tenantId: parts.slice.tenantId,
    sliceId: parts.slice.sliceId,
    at: parts.at,
    epoch: parts.slice.epoch,
    flavorInForce: parts.slice.flavorInForce,
    features: parts.features.map(({ id }) => id),
    values: cells.map((cell) => cell.value),
    sampledAt: cells.map((cell) => cell.sampledAt),
    states: cells.map((cell, index) => stateOf(cell, parts, index)),
    ...(parts.kpi === undefined ? {} : { kpi: parts.kpi }),
  };
}

/** A value that has stood still far longer than it ever did in training is taken for a dead exporter's. */
const frozenFactor = 3;

function stateOf(cell: FeatureValue, parts: RowParts, index: number): FeatureState {
  const feature = parts.features[index]?.feature;
  const buffer = feature === undefined ? undefined : parts.samples.get(feature.series);
  const longest = feature?.longestUnchangedMs;
  if (buffer === undefined || longest === undefined || cell.value === null) return cell.state;
  const since = buffer.unchangedSince ?? parts.at;
  return parts.at - since > frozenFactor * longest ? 'frozen' : cell.state;
}
