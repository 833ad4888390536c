import { seededRandom } from '@slicecast/stats';
import { layRows, type Rows } from '../../src/read/lay-rows.ts';
import type { Table } from '../../src/read/read-table.ts';
import type { Job } from '../../src/run/job.ts';

export interface RecordingOptions {
  readonly rows?: number;
  readonly stepMs?: number;
  readonly seed?: number;
  /** Of the load's cycle; 0 for a load that wanders without one. */
  readonly periodRows?: number;
  /** The KPI from the load in [0, 1] and standard noise; default a latency of 40 to 200. */
  readonly kpi?: (load: number, noise: number, row: number) => number;
  /** Further metrics from load, noise and the row's number. */
  readonly metrics?: Readonly<Record<string, (load: number, noise: number, row: number) => number>>;
}

export const start = 1_700_000_000_000;

/** X and Y of a service whose KPI follows a load ten steps later. */
export function recording(options: RecordingOptions = {}): { x: Table; y: Table } {
  const { rows = 1200, stepMs = 1000, seed = 1, periodRows = 300 } = options;
  const { kpi = (load, noise) => 40 + 160 * load * load + 4 * noise, metrics = {} } = options;
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() + random() - 2;
  const load = loadOf(rows + 10, periodRows, noise);
  const at = Float64Array.from({ length: rows }, (_, row) => start + row * stepMs);
  const of = (make: (load: number, noise: number, row: number) => number, lag = 0) =>
    Float64Array.from(at, (_, row) => make(load[row + 10 - lag] ?? 0, noise(), row));
  const all = {
    connections: (now: number, own: number) => 100 * now + 3 * own,
    sockets: (now: number, own: number) => 20 - 15 * now + own,
    ...metrics,
  };
  const columns = Object.entries(all).map(([name, make]) => ({ name, values: of(make) }));
  const times = Array.from(at, (instant) => String(instant / 1000));
  return {
    x: { at, times, columns },
    y: { at, times, columns: [{ name: 'kpi', values: of(kpi, 10) }] },
  };
}

function loadOf(length: number, period: number, noise: () => number): Float64Array {
  let walk = 0.5;
  return Float64Array.from({ length }, (_, row) => {
    walk = Math.min(1, Math.max(0, walk + 0.02 * noise()));
    return period === 0 ? walk : 0.5 + 0.5 * Math.sin((2 * Math.PI * row) / period);
  });
}

export function rowsOf(options: RecordingOptions = {}): Rows {
  const { x, y } = recording(options);
  return layRows(x, y);
}

export function job(more: Partial<Job> = {}): Job {
  return {
    horizonSeconds: 10,
    test: { kind: 'split', share: 0.7 },
    liveKpi: true,
    k: 15,
    seed: 1,
    ...more,
  };
}

/** Text of a file, cells as given. */
export function csv(rows: readonly (readonly (string | number)[])[]): string {
  return `${rows.map((cells) => cells.join(',')).join('\n')}\n`;
}
