import type {
  Forecast,
  Policy,
  SliceDecision,
  SliceForecast,
  SliceState,
} from '@slicecast/contracts';

/** The first tick of the tests, epoch ms. */
export const T0 = 1_579_355_129_000;

/** The MLO-V2 slice: a small flavor 1 in force and a large flavor 2, one step a second, 30 s ahead. */
export function aSlice(changes: Partial<SliceState> = {}): SliceState {
  return {
    tenantId: 'default',
    sliceId: 1,
    version: 1,
    epoch: 0,
    name: 'cassandra',
    hosts: ['192.168.0.107', '192.168.0.108'],
    kpi: { name: 'R_99', unit: 'ms' },
    sla: { bound: 180, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 },
    flavors: [
      { id: 1, name: 'small', pricePerHour: 1, rank: 1, parameters: { bandwidth: '10Mbit' } },
      { id: 2, name: 'large', pricePerHour: 3, rank: 2, parameters: { bandwidth: '30Mbit' } },
    ],
    flavorInForce: 1,
    flavorSince: T0,
    sources: { profile: 'prometheus', live: 'prometheus' },
    stepMs: 1000,
    horizonSeconds: 30,
    historySeconds: 240,
    trained: [],
    forecasting: true,
    mode: 'auto',
    paused: false,
    policy: predictivePolicy(),
    deleted: false,
    ...changes,
  };
}

export function predictivePolicy(changes: Partial<Extract<Policy, { kind: 'predictive' }>> = {}) {
  return { kind: 'predictive' as const, ...changes };
}

export function mloV2Policy(changes: Partial<Extract<Policy, { kind: 'mlo-v2' }>> = {}) {
  return {
    kind: 'mlo-v2' as const,
    upperBound: 180,
    lowerBound: 30,
    historySamples: 0,
    ...changes,
  };
}

/** P(violation) by flavor id, all gated; the medians may be given as well. */
export function aForecast(
  at: number,
  probabilities: Readonly<Record<number, number>>,
  changes: Partial<SliceForecast> & { medians?: Readonly<Record<number, number>> } = {},
): SliceForecast {
  const { medians = {}, ...rest } = changes;
  const flavorInForce = rest.flavorInForce ?? 1;
  return {
    tenantId: 'default',
    sliceId: 1,
    at,
    epoch: 0,
    flavorInForce,
    observedKpi: 100,
    inputStates: ['fresh', 'fresh'],
    inputQuality: 'fresh',
    forecasts: Object.entries(probabilities).map(([id, violationProbability]) =>
      aFlavorForecast(Number(id), violationProbability, medians[Number(id)], flavorInForce),
    ),
    ...rest,
  };
}

function aFlavorForecast(
  flavorId: number,
  violationProbability: number,
  median = 100,
  flavorInForce: number,
): Forecast {
  return {
    flavorId,
    horizonSeconds: 30,
    quantiles: { q025: median, q10: median, q50: median, q90: median, q975: median },
    violationProbability,
    counterfactual: flavorId !== flavorInForce,
    gated: true,
    champion: 'x-alone',
    modelId: `model-${flavorId}`,
  };
}

/** A decision to keep the small flavor, or to change to the large one, that no decider remembers anything of. */
export function aDecision(changes: Partial<SliceDecision> = {}): SliceDecision {
  const { sliceId = 1, at = T0, action = 'keep' } = changes;
  return {
    id: `${sliceId}-${at}`,
    tenantId: 'default',
    sliceId,
    at,
    epoch: 0,
    mode: 'auto',
    policy: 'predictive',
    action,
    reason: action === 'change' ? 'forecast-violation' : 'within-sla',
    fromFlavor: 1,
    toFlavor: action === 'change' ? 2 : 1,
    leadTimeSeconds: 27,
    numbers: {},
    state: null,
    ...changes,
  };
}
