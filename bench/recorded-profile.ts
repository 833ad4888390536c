import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '@slicecast/contracts';

const folder = join(import.meta.dirname, '../testbed/data/mlo-v2');

/** What the recorded service's users were promised. */
export const sla = {
  bound: 180,
  side: 'upper',
  complianceRatio: 0.99,
  windowSeconds: 3600,
} as const;

/** A recorded trace as a profile: 15 features and `R_99` at 1 Hz; a row without a KPI has null. */
export function recordedProfile(flavorId: 1 | 2): Profile {
  const x = readRows(`flavor_${flavorId}/x_selected_metrics.csv`);
  const y = readRows(`flavor_${flavorId}/y_metrics.csv`);
  const [header = [], ...rows] = x;
  const kpi = new Map(y.slice(1).map(([timestamp, value]) => [timestamp, Number(value)]));
  return {
    at: rows.map(([timestamp]) => Number(timestamp) * 1000),
    stepMs: 1000,
    features: header.slice(1).map((series) => ({
      series,
      labels: {},
      transform: 'raw',
      windowMs: 0,
      maxAgeMs: 2500,
    })),
    columns: header.slice(1).map((_, column) => rows.map((row) => Number(row[column + 1]))),
    kpi: rows.map(([timestamp]) => kpi.get(timestamp ?? '') ?? null),
  };
}

/** The rows from `begin` (counted from 0) up to but not including `end`. */
export function rowsOf(profile: Profile, begin: number, end: number): Profile {
  return {
    ...profile,
    at: profile.at.slice(begin, end),
    columns: profile.columns.map((column) => column.slice(begin, end)),
    kpi: profile.kpi.slice(begin, end),
  };
}

function readRows(path: string): string[][] {
  const lines = readFileSync(join(folder, path), 'utf8').trim().split('\n');
  return lines.map((line) => line.split(','));
}
