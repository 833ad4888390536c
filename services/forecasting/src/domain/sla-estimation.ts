import type { Measurement, SliceForecast } from '@slicecast/contracts';

/** The median forecast of the flavor in force in MLO-V2's form; undefined when there is none. */
export function slaEstimation(message: SliceForecast): Measurement | undefined {
  const own = message.forecasts.find(({ counterfactual }) => !counterfactual);
  if (own === undefined) return undefined;
  return {
    measurement: `sla_slice_${message.sliceId}_estimations`,
    values: [own.quantiles.q50],
    time: epochSeconds(message.at + own.horizonSeconds * 1000),
    tags: {},
  };
}

/** A float in a text, as MLO-V2 wrote it: `1579355159.0`. */
function epochSeconds(at: number): string {
  const seconds = at / 1000;
  return Number.isInteger(seconds) ? `${seconds}.0` : String(seconds);
}
