import { asColumns, chosen, fromSlice, lines } from './from-bucket.ts';

/**
 * Forecasts against the KPI that came, summed over each window of the panel: those for the flavor that
 * was in force when they were made and still was at the instant they are about. Columns: `n`, sums of
 * absolute errors `model` and `persistence`, how many targets were `in80` and `in95`.
 */
const sums = lines(
  'import "math"',
  '',
  `forecasts = ${fromSlice('forecast', ['q025', 'q10', 'q50', 'q90', 'q975', 'persistence', 'flavor_id'])}`,
  `  |> filter(fn: (r) => r.horizon == "${chosen('horizon')}" and r.counterfactual == "false")`,
  asColumns('champion'),
  '  |> group()',
  '  |> drop(columns: ["flavor", "_start", "_stop"])',
  '',
  `observed = ${fromSlice('tick', ['kpi', 'flavor'])}`,
  asColumns(),
  '  |> group()',
  '  |> keep(columns: ["_time", "kpi", "flavor"])',
  '',
  'join(tables: {f: forecasts, o: observed}, on: ["_time"])',
  '  |> filter(fn: (r) => exists r.kpi and exists r.persistence and r.flavor_id == r.flavor)',
  '  |> keep(columns: ["_time", "kpi", "q025", "q10", "q50", "q90", "q975", "persistence"])',
  '  |> sort(columns: ["_time"])',
  '  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)',
  '  |> window(every: v.windowPeriod)',
  '  |> reduce(',
  '    identity: {n: 0.0, model: 0.0, persistence: 0.0, in80: 0.0, in95: 0.0},',
  '    fn: (r, accumulator) => ({',
  '      n: accumulator.n + 1.0,',
  '      model: accumulator.model + math.abs(x: r.q50 - r.kpi),',
  '      persistence: accumulator.persistence + math.abs(x: r.persistence - r.kpi),',
  '      in80: accumulator.in80 + (if r.kpi >= r.q10 and r.kpi <= r.q90 then 1.0 else 0.0),',
  '      in95: accumulator.in95 + (if r.kpi >= r.q025 and r.kpi <= r.q975 then 1.0 else 0.0),',
  '    }),',
  '  )',
  '  |> duplicate(column: "_stop", as: "_time")',
  '  |> group()',
);

/** Mean absolute error of the forecast and of persistence, in the KPI's unit. */
export const meanErrors = lines(
  sums,
  '  |> map(fn: (r) => ({_time: r._time, forecast: r.model / r.n, persistence: r.persistence / r.n}))',
  '  |> sort(columns: ["_time"])',
);

/** 1 less the ratio of the errors: 0 is as good as persistence, 1 is without error. */
export const skill = lines(
  sums,
  '  |> filter(fn: (r) => r.persistence > 0.0)',
  '  |> map(fn: (r) => ({_time: r._time, skill: 1.0 - r.model / r.persistence}))',
  '  |> sort(columns: ["_time"])',
);

/** Share of the targets that came to lie inside the interval of their forecast. */
export const coverage = lines(
  sums,
  '  |> map(fn: (r) => ({_time: r._time, interval80: r.in80 / r.n, interval95: r.in95 / r.n}))',
  '  |> sort(columns: ["_time"])',
);
