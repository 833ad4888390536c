import { featureId, type Profile, type Sla, type SliceInputRow } from '@slicecast/contracts';
import { createSliceForecaster } from '../slice-forecaster.ts';
import type { TrainedModel } from '../trained-model.ts';
import { replayedSlice } from './replayed-slice.ts';

/** One forecast of a replay, in the KPI's unit. */
export interface ReplayedForecast {
  /** Of the origin in the profile. */
  readonly row: number;
  /** Of the target, epoch ms. */
  readonly targetAt: number;
  readonly quantiles: {
    readonly q025: number;
    readonly q10: number;
    readonly q50: number;
    readonly q90: number;
    readonly q975: number;
  };
  /** P(KPI at the target on the wrong side of the bound). */
  readonly violationProbability: number;
}

export interface ReplayOptions {
  /** Rows [from, to) are origins; those before only fill the window, and teach nothing. */
  readonly from: number;
  readonly to: number;
  /** Whether the KPI streams; else it is withheld, and nothing is learned from it either. */
  readonly liveKpi: boolean;
  readonly sla: Sla;
  /** The rows were seen under another flavor: the forecasts are counterfactual, the KPI is not this one's. */
  readonly otherFlavor?: boolean;
}

const ownFlavor = 1;
const otherFlavor = 2;

/** Steps the forecaster that serves live through rows of a profile, tick by tick, as if they came now. */
export function forecastProfile(
  model: TrainedModel,
  profile: Profile,
  options: ReplayOptions,
): readonly ReplayedForecast[] {
  const { from, to, liveKpi, sla } = options;
  const flavorInForce = options.otherFlavor === true ? otherFlavor : ownFlavor;
  const models = new Map([[ownFlavor, { modelId: 'replayed', model }]]);
  const forecaster = createSliceForecaster({ models });
  const slice = replayedSlice(flavorInForce, sla);
  const reach = Math.ceil(forecaster.windowMs / model.stepMs);
  const live = { flavorInForce, kpi: liveKpi && options.otherFlavor !== true };
  for (let row = Math.max(0, from - reach); row < from; row += 1) {
    forecaster.warm(rowOfProfile(profile, row, live));
  }
  const forecasts: ReplayedForecast[] = [];
  for (let row = from; row < to; row += 1) {
    const message = forecaster.step(rowOfProfile(profile, row, live), slice);
    const own = message?.forecasts.find(({ flavorId }) => flavorId === ownFlavor);
    if (message === null || own === undefined) continue;
    const { quantiles, violationProbability } = own;
    const targetAt = message.at + model.horizonSeconds * 1000;
    forecasts.push({ row, targetAt, quantiles, violationProbability });
  }
  return forecasts;
}

/** A row of a profile as it would be published live. */
export function rowOfProfile(
  profile: Profile,
  row: number,
  live: { readonly flavorInForce: number; readonly kpi: boolean },
): SliceInputRow {
  const at = profile.at[row] ?? 0;
  const values = profile.columns.map((column) => column[row] ?? null);
  const kpi = profile.kpi[row] ?? null;
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
