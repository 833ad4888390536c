import type { SliceDecision, SliceForecast, SliceInputRow } from '@slicecast/contracts';

/** One tick of one slice on its way. */
const head = { tenantId: 'default', sliceId: 1, at: 1_800_000_000_000, epoch: 2 };

export const labels = {
  __name__: 'node_sockstat_TCP_alloc',
  instance: '192.168.0.107:9100',
  job: 'node',
};

export const row: SliceInputRow = {
  ...head,
  kind: 'row',
  flavorInForce: 1,
  features: ['f1', 'f2'],
  values: [35, null],
  sampledAt: [head.at - 500, null],
  states: ['fresh', 'missing'],
  kpi: 24.5,
};

const quantiles = { q025: 1, q10: 2, q50: 3, q90: 4, q975: 5 };
const one = {
  horizonSeconds: 30,
  quantiles,
  violationProbability: 0.25,
  gated: true,
  modelId: 'm-1',
};

export const forecast: SliceForecast = {
  ...head,
  flavorInForce: 1,
  observedKpi: 24.5,
  inputStates: ['fresh', 'fresh'],
  inputQuality: 'fresh',
  forecasts: [
    { ...one, flavorId: 1, counterfactual: false, champion: 'live-kpi' },
    { ...one, flavorId: 2, counterfactual: true, champion: 'x-alone' },
  ],
};

export const decision: SliceDecision = {
  ...head,
  id: `1-${head.at}`,
  mode: 'auto',
  policy: 'predictive',
  action: 'change',
  reason: 'forecast-violation',
  fromFlavor: 1,
  toFlavor: 2,
  leadTimeSeconds: 27,
  numbers: { violationProbability: 0.99, votes: null },
  state: null,
};
