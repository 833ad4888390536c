import type { Feature, MapEntry, Profile, XSelected, YSeries } from '@slicecast/contracts';
import { featureValue } from '@slicecast/stats';

export type BuiltProfile =
  | { readonly ok: true; readonly profile: Profile }
  | { readonly ok: false; readonly why: string };

/** Where a map says nothing of age, a value may be missed twice. */
const defaultAgeSteps = 2.5;
/** A rate in a map without a window looks back this far. */
const defaultWindowMs = 15_000;

/**
 * A profile from MLO-V2's files: raw values by row, from which the map's transforms are computed, at the
 * instants that Y and X share. `stepMs` is the smallest distance of those.
 */
export function profileFromFiles(
  x: XSelected,
  map: readonly MapEntry[],
  y: YSeries,
  fallbackStepMs: number,
): BuiltProfile {
  const kpiAt = new Map(Array.from(y.at, (at, row) => [at, y.values[row] ?? null]));
  const at = Array.from(x.at).filter((instant) => kpiAt.has(instant));
  if (at.length === 0) {
    return { ok: false, why: 'shares no timestamp with the Y file; both must be of the same run' };
  }
  const stepMs = smallestStep(at) ?? fallbackStepMs;
  const entries = new Map(map.map((entry) => [entry.series, entry]));
  const unknown = x.columns.find(({ series }) => !entries.has(series));
  if (unknown !== undefined) {
    return { ok: false, why: `column ${unknown.series} is not in timeserie_map` };
  }
  const features: Feature[] = [];
  const columns: (number | null)[][] = [];
  for (const { series, values } of x.columns) {
    const entry = entries.get(series);
    if (entry === undefined) continue;
    const feature = featureOf(entry, stepMs);
    const known = knownSamples(x.at, values);
    features.push(feature);
    columns.push(
      at.map((instant) => {
        const { times, cells } = known;
        return featureValue(times, cells, times.length, instant, feature).value;
      }),
    );
  }
  const kpi = at.map((instant) => kpiAt.get(instant) ?? null);
  return { ok: true, profile: { at, stepMs, features, columns, kpi } };
}

function featureOf(entry: MapEntry, stepMs: number): Feature {
  const transform = entry.transform ?? 'raw';
  return {
    series: entry.series,
    labels: entry.labels,
    transform,
    windowMs: entry.windowMs ?? (transform === 'rate' ? defaultWindowMs : 0),
    maxAgeMs: entry.maxAgeMs ?? Math.ceil(defaultAgeSteps * stepMs),
  };
}

function knownSamples(at: Float64Array, values: Float64Array) {
  const rows = Array.from(at.keys()).filter((row) => !Number.isNaN(values[row]));
  return {
    times: rows.map((row) => at[row] ?? 0),
    cells: rows.map((row) => values[row] ?? Number.NaN),
  };
}

function smallestStep(at: readonly number[]): number | undefined {
  let smallest: number | undefined;
  for (let row = 1; row < at.length; row += 1) {
    const step = (at[row] ?? 0) - (at[row - 1] ?? 0);
    if (step > 0 && (smallest === undefined || step < smallest)) smallest = step;
  }
  return smallest;
}
