/**
 * Flux that InfluxDB 2 and 1.8 (Flux 0.65) both take. Grafana fills in `v.…` and its variables: `${slice}`
 * is one id, `${flavor:regex}` one or several, `${horizon}` one number of seconds.
 */

/** The fields of a measurement of Slicecast's bucket in the time range shown. */
export function fromBucket(measurement: string, fields: readonly string[]): string {
  return `from(bucket: v.defaultBucket)
  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "${measurement}" and (${anyOf('_field', fields)}))`;
}

/** The same of the slice that is chosen. */
export function fromSlice(measurement: string, fields: readonly string[]): string {
  return `${fromBucket(measurement, fields)}
  |> filter(fn: (r) => r.slice == "${chosen('slice')}")`;
}

/** A variable of the dashboard, in one of Grafana's formats. */
export function chosen(name: 'slice' | 'flavor' | 'horizon', format = ''): string {
  return `\${${name}${format}}`;
}

/** One value for each point of the panel: `mean`, `last`, … */
export function perWindow(fn: string, column = '_value'): string {
  const named = column === '_value' ? '' : `, column: "${column}"`;
  return `  |> aggregateWindow(every: v.windowPeriod, fn: ${fn}${named}, createEmpty: false)`;
}

/** Fields of one instant side by side, as columns. */
export function asColumns(...keys: readonly string[]): string {
  const rowKey = ['_time', ...keys].map((key) => `"${key}"`).join(', ');
  return `  |> pivot(rowKey: [${rowKey}], columnKey: ["_field"], valueColumn: "_value")`;
}

/** One series for each value of the columns, with nothing else in its name. */
export function seriesBy(...columns: readonly string[]): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const kept = ['_time', '_value', ...columns].map((column) => `"${column}"`).join(', ');
  return `  |> keep(columns: [${kept}])
  |> group(columns: [${names}])
  |> sort(columns: ["_time"])`;
}

export function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}

function anyOf(column: string, values: readonly string[]): string {
  return values.map((value) => `r.${column} == "${value}"`).join(' or ');
}
