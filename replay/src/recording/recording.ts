import { type Feature, featureId, type SliceInputRow, type SliceState } from '@slicecast/contracts';

/** What was recorded of a slice under several flavors, laid side by side by load: tick i is one instant of it. */
export interface Recording {
  readonly stepMs: number;
  /** Epoch ms of each tick, ascending. */
  readonly at: readonly number[];
  readonly features: readonly Feature[];
  /** By flavor id. */
  readonly tracks: ReadonlyMap<number, Track>;
}

/** One flavor's cells, one a tick, NaN where nothing was recorded. */
export interface Track {
  /** Along the recording's features. */
  readonly columns: readonly Float64Array[];
  /** In the KPI's unit. */
  readonly kpi: Float64Array;
}

/** The KPI that was observed at tick `index` under that flavor; NaN when none was. */
export function kpiUnder(recording: Recording, flavorId: number, index: number): number {
  return recording.tracks.get(flavorId)?.kpi[index] ?? Number.NaN;
}

/** The row that IMA would have published at tick `index` with the slice as it is. */
export function rowAt(recording: Recording, index: number, slice: SliceState): SliceInputRow {
  const at = recording.at[index] ?? Number.NaN;
  const track = recording.tracks.get(slice.flavorInForce);
  const cells = recording.features.map((_, k) => track?.columns[k]?.[index] ?? Number.NaN);
  const kpi = track?.kpi[index] ?? Number.NaN;
  return {
    kind: 'row',
    tenantId: slice.tenantId,
    sliceId: slice.sliceId,
    at,
    epoch: slice.epoch,
    flavorInForce: slice.flavorInForce,
    features: recording.features.map(featureId),
    values: cells.map((cell) => (Number.isFinite(cell) ? cell : null)),
    sampledAt: cells.map((cell) => (Number.isFinite(cell) ? at : null)),
    states: cells.map((cell) => (Number.isFinite(cell) ? 'fresh' : 'missing')),
    ...(Number.isFinite(kpi) ? { kpi } : {}),
  };
}
