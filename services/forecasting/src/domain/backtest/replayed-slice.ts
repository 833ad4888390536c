import type { Sla, SliceState } from '@slicecast/contracts';

/** The state of a slice of two flavors, for replaying a profile without services. */
export function replayedSlice(flavorInForce: number, sla: Sla): SliceState {
  return {
    tenantId: 'default',
    sliceId: 1,
    version: 1,
    epoch: 0,
    name: 'replayed',
    hosts: [],
    kpi: { name: 'kpi' },
    sla,
    flavors: [
      { id: 1, name: 'small', pricePerHour: 1, rank: 1 },
      { id: 2, name: 'large', pricePerHour: 3, rank: 2 },
    ],
    flavorInForce,
    flavorSince: 0,
    sources: { profile: 'replayed', live: 'replayed' },
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
