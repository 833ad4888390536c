import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One flavor's recorded run, a row a second. */
export interface Trace {
  readonly flavorId: number;
  readonly rows: number;
  /** By the hash that names the column. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** `R_99`, ms; NaN where it was not measured. */
  readonly kpi: Float64Array;
}

const dataFolder = join(import.meta.dirname, '../../data/mlo-v2');

export async function readTrace(flavorId: number): Promise<Trace> {
  const folder = join(dataFolder, `flavor_${flavorId}`);
  const [x, y] = await Promise.all([
    readRows(join(folder, 'x_selected_metrics.csv')),
    readRows(join(folder, 'y_metrics.csv')),
  ]);
  const [header = [], ...rows] = x;
  const measured = new Map(y.slice(1).map(([timestamp, value]) => [timestamp, Number(value)]));
  const columns = new Map(
    header
      .slice(1)
      .map((hash, column) => [hash, Float64Array.from(rows, (row) => Number(row[column + 1]))]),
  );
  const kpi = Float64Array.from(rows, ([timestamp]) => measured.get(timestamp ?? '') ?? Number.NaN);
  return { flavorId, rows: rows.length, columns, kpi };
}

/** The recorded files are plain: no quotes, no empty cells. */
async function readRows(path: string): Promise<string[][]> {
  const text = await readFile(path, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(','));
}
