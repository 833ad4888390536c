import type { Feature, Profile } from '@slicecast/contracts';
import { featureColumn } from '../read/feature-column.ts';
import type { Rows } from '../read/lay-rows.ts';

/** Rows [0, end) as a profile of these features; every cell from what was known at its row. */
export function makeProfile(rows: Rows, features: readonly Feature[], end: number): Profile {
  const metricOf = new Map(rows.samples.metrics.map((metric) => [metric.name, metric]));
  return {
    at: Array.from(rows.ticksAt.subarray(0, end)),
    stepMs: rows.stepMs,
    features: [...features],
    columns: features.map((feature) => {
      const metric = metricOf.get(feature.series);
      if (metric === undefined) throw new RangeError(`there is no metric ${feature.series}`);
      return cells(featureColumn(rows, metric, feature, end));
    }),
    kpi: cells(rows.kpi.subarray(0, end)),
  };
}

/** The first rows of a profile, for training. */
export function firstRows(profile: Profile, end: number): Profile {
  return {
    ...profile,
    at: profile.at.slice(0, end),
    columns: profile.columns.map((column) => column.slice(0, end)),
    kpi: profile.kpi.slice(0, end),
  };
}

function cells(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
}
