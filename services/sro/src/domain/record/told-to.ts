import type { SliceForecast, SliceState } from '@slicecast/contracts';

/**
 * A recorded message as a slice would have been told it that is on another flavor than the recorded one
 * was: the forecasts are the same, and the KPI that was observed is not its.
 */
export function toldTo(
  { observedKpi, forecasts, ...rest }: SliceForecast,
  { epoch, flavorInForce }: Pick<SliceState, 'epoch' | 'flavorInForce'>,
): SliceForecast {
  return {
    ...rest,
    epoch,
    flavorInForce,
    observedKpi: flavorInForce === rest.flavorInForce ? observedKpi : null,
    forecasts: forecasts.map((each) => ({
      ...each,
      counterfactual: each.flavorId !== flavorInForce,
    })),
  };
}
