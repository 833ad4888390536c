import { median } from '@slicecast/stats';

/**
 * The scale on which models work: the logarithm for a KPI that is always positive (latencies have
 * heavy upper tails), else the inverse hyperbolic sine about the median, which does the same on both sides.
 */
export interface KpiScale {
  readonly kind: 'log' | 'asinh';
  readonly centre: number;
  readonly spread: number;
}

/** Chosen from training values; NaN is left out. */
export function fitKpiScale(kpi: ArrayLike<number>): KpiScale {
  const values = Array.from(kpi).filter(Number.isFinite);
  const smallest = values.reduce((least, value) => Math.min(least, value), Infinity);
  const centre = median(values);
  if (smallest > 0 && centre < 1000 * smallest) return { kind: 'log', centre: 0, spread: 1 };
  const deviations = values.map((value) => Math.abs(value - centre));
  const spread = median(deviations) || Math.max(...deviations, 0) || 1;
  return { kind: 'asinh', centre, spread };
}

/** NaN where the scale has no value (a KPI of 0 on the logarithm): such a value is as good as missing. */
export function toScale(scale: KpiScale, kpi: number): number {
  if (scale.kind === 'log') return kpi > 0 ? Math.log(kpi) : Number.NaN;
  return Math.asinh((kpi - scale.centre) / scale.spread);
}

export function fromScale(scale: KpiScale, value: number): number {
  if (scale.kind === 'log') return Math.exp(value);
  return scale.centre + scale.spread * Math.sinh(value);
}
