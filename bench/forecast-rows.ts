import type { Profile, SliceInputRow, SliceState } from '@slicecast/contracts';
import { featureId } from '@slicecast/contracts';

/** Row `index` of a profile as IMA would publish it. */
export function rowAt(
  profile: Profile,
  index: number,
  live: { flavorInForce: number; kpi: boolean },
): SliceInputRow {
  const at = profile.at[index] ?? 0;
  const values = profile.columns.map((column) => column[index] ?? null);
  const kpi = profile.kpi[index] ?? null;
  return {
    kind: 'row',
    tenantId: 'default',
    sliceId: 1,
    at,
    epoch: 0,
    flavorInForce: live.flavorInForce,
    features: profile.features.map(featureId),
    values,
    sampledAt: values.map((value) => (value === null ? null : at)),
    states: values.map((value) => (value === null ? 'missing' : 'fresh')),
    ...(live.kpi && kpi !== null ? { kpi } : {}),
  };
}

/** A slice with the SLA of the recorded traces. */
export function sliceState(flavorInForce: number): SliceState {
  return {
    tenantId: 'default',
    sliceId: 1,
    version: 1,
    epoch: 0,
    name: 'recorded',
    hosts: ['192.168.0.107'],
    kpi: { name: 'R_99' },
    sla: { bound: 180, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 },
    flavors: [
      { id: 1, name: '10Mbit', pricePerHour: 1, rank: 1 },
      { id: 2, name: '30Mbit', pricePerHour: 3, rank: 2 },
    ],
    flavorInForce,
    flavorSince: 0,
    sources: { profile: 'recorded', live: 'recorded' },
    stepMs: 1000,
    horizonSeconds: 30,
    historySeconds: 240,
    trained: [],
    forecasting: true,
    mode: 'recommend',
    paused: false,
    policy: { kind: 'predictive' },
    deleted: false,
  };
}
