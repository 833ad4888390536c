/** Where errors are judged: logarithms for a KPI that is positive throughout, so that bursts weigh as ratios. */
export interface KpiScale {
  readonly values: Float64Array;
  /** Back to the KPI's unit. */
  unscale(value: number): number;
}

export function scaleKpi(target: Float64Array): KpiScale {
  if (target.every((value) => value > 0)) {
    return { values: target.map((value) => Math.log(value)), unscale: Math.exp };
  }
  return { values: target, unscale: (value) => value };
}
