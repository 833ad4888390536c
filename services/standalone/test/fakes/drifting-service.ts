import {
  type Profile,
  type SliceInputRow,
  seriesHash,
  writeTimeserieMap,
  writeXSelected,
  writeYFile,
} from '@slicecast/contracts';
import { part, rowOf, syntheticProfile } from '../../../forecasting/test/fakes/synthetic-load.ts';

/** A service under a synthetic load of period 400 s; a feeder says how slow it is from row to row. */
const usual = syntheticProfile({ rows: 6000 });
const service: Profile = {
  ...usual,
  features: usual.features.map((feature) => ({ ...feature, series: seriesHash(feature.labels) })),
};

export const kpiName = 'latency';
export const stepMs = service.stepMs;
/** Rows of the profile; live ones follow. */
export const profiledRows = 1600;

export function instantOf(row: number): number {
  return service.at[row] ?? Number.NaN;
}

/** Row `row` of `slice-inputs`, with a KPI `slower` times what it was in the profile. */
export function liveRow(row: number, slower: number): SliceInputRow {
  const input = rowOf(service, row);
  return input.kpi === undefined ? input : { ...input, kpi: slower * input.kpi };
}

/** The profile as MLO-V2's three files. */
export function profileFiles(): FormData {
  const { at, features, columns, kpi } = part(service, 0, profiledRows);
  const instants = Float64Array.from(at);
  const cells = (column: readonly (number | null)[]) =>
    Float64Array.from(column, (value) => value ?? Number.NaN);
  const x = {
    at: instants,
    columns: features.map(({ series }, k) => ({ series, values: cells(columns[k] ?? []) })),
  };
  const y = { kpiName, at: instants, values: cells(kpi) };
  const form = new FormData();
  const add = (name: string, lines: Iterable<string>) =>
    form.append(name, new Blob([[...lines].join('')]), `${name}.csv`);
  add('x_selected', writeXSelected(x));
  add('timeserie_map', writeTimeserieMap(features));
  add('y', writeYFile(y));
  return form;
}
