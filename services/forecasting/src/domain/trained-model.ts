import type { Feature, Scoreboard } from '@slicecast/contracts';
import type { Basis } from './basis.ts';
import type { KpiScale } from './kpi-scale.ts';
import type { LoadSignal } from './load-signal.ts';
import { models } from './models/index.ts';
import type { Fitted } from './models/model.ts';
import type { ResidualQuantiles } from './residual-quantiles.ts';
import type { Series } from './series.ts';

/** The model in charge of one mode, fitted on the whole profile; plain JSON. */
export interface Champion {
  /** Averaged on the KPI's scale. */
  readonly members: readonly { readonly name: string; readonly fitted: Fitted }[];
  readonly residuals: ResidualQuantiles;
  readonly lookBackSteps: number;
  readonly scoreboard: Scoreboard;
}

/** What an older version learned cannot be forecast with by this one: the flavor is profiled anew. */
export const trainedModelFormat = 2;

/** Everything that was learned from one profile for one horizon: plain JSON, the same for the same request. */
export interface TrainedModel {
  readonly formatVersion: typeof trainedModelFormat;
  readonly features: readonly Feature[];
  readonly stepMs: number;
  readonly horizonSeconds: number;
  readonly rows: number;
  readonly seed: number;
  /** Of the load's cycle; null where none was found. */
  readonly periodMs: number | null;
  /** The longest look-back that a forecast needs. */
  readonly windowMs: number;
  readonly scale: KpiScale;
  readonly signal: LoadSignal;
  readonly basis: Basis;
  /** With fewer usable features than this, the model did not pass its gate in training. */
  readonly fewestFeatures: number;
  readonly liveKpi: Champion;
  readonly xAlone: Champion;
}

/** The champion's forecast at `index`, on the KPI's scale; NaN when an input that it needs is missing. */
export function forecastWith(
  champion: Champion,
  basis: Basis,
  series: Series,
  index: number,
): number {
  let sum = 0;
  for (const { name, fitted } of champion.members) {
    const model = models.find((candidate) => candidate.name === name);
    if (model === undefined) throw new RangeError(`model ${name} is not known to this version`);
    sum += model.forecast(fitted, basis, series, index);
  }
  return sum / champion.members.length;
}
