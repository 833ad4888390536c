import {
  decodeSeriesStream,
  type Feature,
  featureId,
  type Profile,
  type XSelected,
} from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import { longestUnchangedMs } from '../../domain/longest-unchanged.ts';
import type { ExtractionFiles } from '../../ports.ts';
import { rawKey } from './keep-columns.ts';

/** The selected features of a kept extraction, as a profile and as MLO-V2's raw columns. */
export interface SelectedColumns {
  readonly profile: Profile;
  readonly xSelected: XSelected;
}

/** Reads the selected columns alone out of a kept extraction. AppError 410 when its files are gone. */
export async function readSelected(
  files: ExtractionFiles,
  key: string,
  features: readonly Feature[],
  stepMs: number,
): Promise<SelectedColumns> {
  const wanted = new Set(features.map(featureId));
  const kept = await readColumns(files, key, wanted);
  const rates = features.filter(({ transform }) => transform === 'rate');
  const raw = rates.length === 0 ? undefined : await readColumns(files, rawKey(key), wanted);
  const at = kept.clock ?? new Float64Array();
  const columns = features.map((feature) => columnOf(kept.byId, feature, key));
  const rawBySeries = new Map<string, Float64Array>();
  for (const [index, feature] of features.entries()) {
    const values =
      feature.transform === 'rate' ? raw?.byId.get(featureId(feature)) : columns[index];
    // A series that is selected raw and as a rate is one column.
    if (values !== undefined) rawBySeries.set(feature.series, values);
  }
  return {
    profile: {
      at: [...at],
      stepMs,
      features: features.map((feature, index) => withStand(feature, at, columns[index])),
      columns: columns.map(cells),
      kpi: cells(kept.kpi ?? new Float64Array()),
    },
    xSelected: { at, columns: [...rawBySeries].map(([series, values]) => ({ series, values })) },
  };
}

/** What IMA needs live to tell a frozen exporter from a quiet one; a rate is judged by its raw counter. */
function withStand(feature: Feature, at: Float64Array, column: Float64Array | undefined): Feature {
  if (feature.transform !== 'raw' || column === undefined) return feature;
  return { ...feature, longestUnchangedMs: longestUnchangedMs(at, column) };
}

interface Columns {
  clock?: Float64Array;
  kpi?: Float64Array;
  readonly byId: Map<string, Float64Array>;
}

async function readColumns(
  files: ExtractionFiles,
  key: string,
  wanted: ReadonlySet<string>,
): Promise<Columns> {
  const bytes = await files.read(key);
  if (bytes === undefined) throw gone(key);
  const columns: Columns = { byId: new Map() };
  for await (const { role, feature, values } of decodeSeriesStream(bytes)) {
    if (role === 'clock') columns.clock = values;
    else if (role === 'kpi') columns.kpi = values;
    else if (feature !== null && wanted.has(featureId(feature))) {
      columns.byId.set(featureId(feature), values);
    }
  }
  return columns;
}

function columnOf(byId: ReadonlyMap<string, Float64Array>, feature: Feature, key: string) {
  const values = byId.get(featureId(feature));
  if (values !== undefined) return values;
  throw new AppError(`feature ${featureId(feature)} is not in extraction ${key}`, {
    status: 502,
    code: 'selection-malformed',
  });
}

/** JSON knows no NaN: a missing cell is null. */
function cells(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

export function gone(key: string): AppError {
  return new AppError(`extraction ${key} is gone: its retention is over`, {
    status: 410,
    code: 'extraction-gone',
  });
}
