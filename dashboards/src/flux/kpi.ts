import { chosen, fromBucket, fromSlice, lines, perWindow, seriesBy } from './from-bucket.ts';

/** What the users felt. */
export const observedKpi = lines(fromSlice('tick', ['kpi']), seriesBy('_field'), perWindow('mean'));

/** Quantiles of the forecasts for the flavor that was in force when they were made, at the instants they are about. */
export const forecastKpi = lines(
  fromSlice('forecast', ['q025', 'q10', 'q50', 'q90', 'q975']),
  `  |> filter(fn: (r) => r.horizon == "${chosen('horizon')}" and r.counterfactual == "false")`,
  seriesBy('_field'),
  perWindow('mean'),
);

/** The SLA's bound, as it was last set, drawn wherever there is a KPI. */
export const slaBound = lines(
  'bound = from(bucket: v.defaultBucket)',
  '  |> range(start: 0, stop: v.timeRangeStop)',
  `  |> filter(fn: (r) => r._measurement == "slice" and r._field == "bound" and r.slice == "${chosen('slice')}")`,
  '  |> last()',
  '  |> keep(columns: ["slice", "_value"])',
  '  |> rename(columns: {_value: "bound"})',
  '',
  `ticks = ${fromSlice('tick', ['flavor'])}`,
  perWindow('last'),
  '  |> keep(columns: ["_time", "slice"])',
  '  |> group(columns: ["slice"])',
  '',
  'join(tables: {bound: bound, tick: ticks}, on: ["slice"])',
  '  |> keep(columns: ["_time", "bound"])',
  '  |> group()',
  '  |> sort(columns: ["_time"])',
);

/** P(KPI on the wrong side of the bound) at the instant it is about, for each flavor chosen. */
export const violationProbability = lines(
  fromSlice('forecast', ['violation_probability']),
  `  |> filter(fn: (r) => r.horizon == "${chosen('horizon')}" and r.flavor =~ /^${chosen('flavor', ':regex')}$/)`,
  seriesBy('flavor'),
  perWindow('mean'),
);

/** Id of the flavor in force. */
export const flavorInForce = lines(
  fromSlice('tick', ['flavor']),
  seriesBy('_field'),
  perWindow('last'),
);

/** Flavors that took force, with their names. */
export const flavorChanges = lines(fromSlice('change', ['text']), annotationText());

/** Changes that were decided, with their reason. */
export const decidedChanges = lines(fromSlice('decision', ['text']), annotationText());

function annotationText(): string {
  return lines(
    '  |> keep(columns: ["_time", "_value"])',
    '  |> group()',
    '  |> sort(columns: ["_time"])',
    '  |> rename(columns: {_value: "text"})',
  );
}

/** Slices that have rows in the time range shown. */
export const sliceIds = tagValues('tick', 'slice');
export const flavorIds = tagValues('forecast', 'flavor', ['slice']);
export const horizons = tagValues('forecast', 'horizon', ['slice']);

function tagValues(measurement: string, tag: string, by: readonly 'slice'[] = []): string {
  const field = measurement === 'tick' ? 'flavor' : 'q50';
  return lines(
    fromBucket(measurement, [field]),
    ...by.map((name) => `  |> filter(fn: (r) => r.${name} == "${chosen(name)}")`),
    `  |> group(columns: ["${tag}"])`,
    `  |> distinct(column: "${tag}")`,
    '  |> keep(columns: ["_value"])',
    '  |> group()',
    '  |> sort()',
  );
}
