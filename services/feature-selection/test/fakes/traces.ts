import { readFileSync } from 'node:fs';
import type { Candidate } from '../../src/domain/selection-task.ts';
import { candidateOf } from './candidates.ts';

/** What a flavor's profile would be: the first 70 % of its recorded trace. */
export interface RecordedTrace {
  readonly clock: Float64Array;
  readonly kpi: Float64Array;
  /** The 15 recorded columns, by the hash that names them. */
  readonly columns: readonly Candidate[];
}

const folder = new URL('../../../../testbed/data/mlo-v2/', import.meta.url);

/** Flavor 2's recorded column that is noise with an outlier: how long a scrape took. */
export const scrapeDuration = 'a5f4bf79b631635f9b9330213a8282a760d5379c';

export function readTrace(flavor: 1 | 2): RecordedTrace {
  const x = readCsv(`flavor_${flavor}/x_selected_metrics.csv`);
  const y = readCsv(`flavor_${flavor}/y_metrics.csv`);
  const rows = Math.floor(0.7 * y.rows.length);
  const column = (table: Table, index: number) =>
    Float64Array.from({ length: rows }, (_, row) => table.rows[row]?.[index] ?? Number.NaN);
  return {
    clock: column(y, 0).map((seconds) => 1000 * seconds),
    kpi: column(y, 1),
    columns: x.header.slice(1).map((hash, index) => candidateOf(hash, column(x, index + 1))),
  };
}

interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

function readCsv(path: string): Table {
  const [header = '', ...lines] = readFileSync(new URL(path, folder), 'utf8').trim().split('\n');
  return { header: header.split(','), rows: lines.map((line) => line.split(',').map(Number)) };
}
