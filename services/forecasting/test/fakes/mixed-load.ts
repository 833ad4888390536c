import type { Profile } from '@slicecast/contracts';
import { seededRandom } from '@slicecast/stats';
import { start } from './synthetic-load.ts';

export interface MixedOptions {
  readonly rows: number;
  readonly seed?: number;
  /** What a write costs, a read costing 1. */
  readonly writeCost?: number;
  /** A column that has nothing to do with the load. */
  readonly noiseColumn?: boolean;
}

/** Columns of a mixed profile, in their order: two count both loads, then reads, writes and, if asked for, noise. */
export const mixedColumns = { totals: [0, 1], reads: 2, writes: 3, noise: 4 } as const;

/** Reads and writes that come and go apart from each other; the KPI is their cost, on a curve, times noise. */
export function mixedProfile(options: MixedOptions): Profile {
  const { rows, seed = 1, writeCost = 4, noiseColumn = false } = options;
  const random = seededRandom(seed);
  const wave = (periodSeconds: number) => {
    const first = periodSeconds * random();
    return Array.from({ length: rows }, (_, row) => {
      return (1 - Math.cos((2 * Math.PI * (row + first)) / periodSeconds)) / 2 + 0.05 * random();
    });
  };
  const reads = wave(210);
  const writes = wave(330);
  const sum = (r: number, w: number) =>
    reads.map((value, row) => r * value + w * (writes[row] ?? 0) + 0.05 * random());
  const columns = [sum(1, 1), sum(20, 20), sum(1, 0), sum(0, 1)];
  const kpi = sum(1, writeCost).map((cost) => {
    const share = cost / (1.2 * (1 + writeCost));
    return (40 / (1 - share)) * Math.exp(0.2 * (random() - 0.5));
  });
  if (noiseColumn) columns.push(reads.map(() => random()));
  return {
    at: reads.map((_, row) => start + 1000 * row),
    stepMs: 1000,
    features: columns.map((_, column) => ({
      series: String(column).padStart(40, '0'),
      labels: {},
      transform: 'raw',
      windowMs: 0,
      maxAgeMs: 2500,
    })),
    columns,
    kpi,
  };
}
