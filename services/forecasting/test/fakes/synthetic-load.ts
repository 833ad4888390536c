import type { Profile, SliceInputRow, SliceState } from '@slicecast/contracts';
import { featureId } from '@slicecast/contracts';
import { seededRandom } from '@slicecast/stats';

/** A service whose KPI follows a load of period 400 s with noise, at one row a step. */
export interface SyntheticOptions {
  readonly rows: number;
  readonly stepMs?: number;
  readonly seed?: number;
  readonly periodSeconds?: number;
  /** KPI = base + gain · load² · noise. */
  readonly base?: number;
  readonly gain?: number;
}

export const start = 1_700_000_000_000;

export function syntheticProfile(options: SyntheticOptions): Profile {
  const { rows, stepMs = 1000, seed = 1, periodSeconds = 400, base = 40, gain = 160 } = options;
  const random = seededRandom(seed);
  const at = Array.from({ length: rows }, (_, row) => start + row * stepMs);
  const load = at.map((instant) => {
    const phase = (instant / 1000 / periodSeconds) % 1;
    return Math.max(0, Math.sin(2 * Math.PI * phase));
  });
  const column = (scale: number) => load.map((value) => scale * value + 0.2 * random());
  return {
    at,
    stepMs,
    features: ['a', 'b', 'c'].map((letter) => ({
      series: letter.repeat(40),
      labels: { __name__: `load_${letter}` },
      transform: 'raw',
      windowMs: 0,
      maxAgeMs: 2.5 * stepMs,
    })),
    columns: [column(10), column(20), column(-5)],
    kpi: load.map((value) => base + gain * value * value * (0.7 + 0.6 * random())),
  };
}

export function syntheticSlice(more: Partial<SliceState> = {}): SliceState {
  return {
    tenantId: 'default',
    sliceId: 1,
    version: 1,
    epoch: 0,
    name: 'synthetic',
    hosts: ['10.0.0.1'],
    kpi: { name: 'latency' },
    sla: { bound: 120, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 },
    flavors: [
      { id: 1, name: 'small', pricePerHour: 1, rank: 1 },
      { id: 2, name: 'large', pricePerHour: 3, rank: 2 },
    ],
    flavorInForce: 1,
    flavorSince: start,
    sources: { profile: 'p', live: 'p' },
    stepMs: 1000,
    horizonSeconds: 30,
    historySeconds: 240,
    trained: [],
    forecasting: true,
    mode: 'recommend',
    paused: false,
    policy: { kind: 'predictive' },
    deleted: false,
    ...more,
  };
}

export function rowOf(profile: Profile, index: number, flavorInForce = 1): SliceInputRow {
  const at = profile.at[index] ?? 0;
  const values = profile.columns.map((column) => column[index] ?? null);
  const kpi = profile.kpi[index] ?? null;
  return {
    kind: 'row',
    tenantId: 'default',
    sliceId: 1,
    at,
    epoch: 0,
    flavorInForce,
    features: profile.features.map(featureId),
    values,
    sampledAt: values.map((value) => (value === null ? null : at)),
    states: values.map((value) => (value === null ? 'missing' : 'fresh')),
    ...(kpi === null ? {} : { kpi }),
  };
}

/** Rows [from, to) of a profile. */
export function part(profile: Profile, from: number, to: number): Profile {
  return {
    ...profile,
    at: profile.at.slice(from, to),
    columns: profile.columns.map((column) => column.slice(from, to)),
    kpi: profile.kpi.slice(from, to),
  };
}
