/** MLO-V2's bucket of the samples of the selected series. */
export const selectedMetricsBucket = 'selected-metrics';

/** MLO-V2's bucket of a slice's KPI, estimations and logs. */
export function slaBucket(sliceId: number): string {
  return `slice_${sliceId}_slas`;
}

/** A slice's number in the name of a measurement in MLO-V2's form: `sla_slice_1_estimations`, `R_99_1`. */
export function sliceOfMeasurement(measurement: string): number | undefined {
  const found =
    /(?:^|_)slice_(\d{1,9})(?:_|$)/.exec(measurement) ?? /_(\d{1,9})$/.exec(measurement);
  const sliceId = Number(found?.[1] ?? 0);
  return sliceId > 0 ? sliceId : undefined;
}
