import { type CalibratorState, warmCalibrator } from './calibrator.ts';
import { fitResidualMemory, type ResidualMemory } from './residual-memory.ts';
import { fitResidualQuantiles, type ResidualQuantiles } from './residual-quantiles.ts';
import type { OutOfFold, RollingOrigin } from './rolling-origin.ts';

/** How far off a forecaster was out of fold; plain JSON. */
export interface TrainedIntervals {
  readonly residuals: ResidualQuantiles;
  /** Where calibration begins. */
  readonly calibration: CalibratorState;
  /** Absent in models that were trained before it was measured: then outcomes that go unseen teach nothing. */
  readonly memory?: ResidualMemory;
}

export function fitIntervals(
  { estimates }: Pick<OutOfFold, 'estimates'>,
  { scaledActuals }: Pick<RollingOrigin, 'scaledActuals'>,
  horizonSteps: number,
): Required<TrainedIntervals> {
  const residuals = fitResidualQuantiles(estimates, scaledActuals);
  const calibration = warmCalibrator(residuals, estimates, scaledActuals);
  const memory = fitResidualMemory(residuals, calibration, estimates, scaledActuals, horizonSteps);
  return { residuals, calibration, memory };
}
