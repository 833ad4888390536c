import type { HeldOutModel } from './held-out-model.ts';
import type { KpiScale } from './kpi-scale.ts';

/** Mean absolute error over the held-out blocks as a share of the mean of |KPI| (NMAE), in the KPI's unit. */
export function heldOutError(model: HeldOutModel, scale: KpiScale, target: Float64Array): number {
  let error = 0;
  let size = 0;
  for (const { block, residuals } of model.fits) {
    for (let i = block.start; i < block.end; i += 1) {
      const actual = target[i] as number;
      const forecast = scale.unscale((scale.values[i] as number) - (residuals[i] as number));
      error += Math.abs(actual - forecast);
      size += Math.abs(actual);
    }
  }
  return size === 0 ? 0 : error / size;
}
