import { asColumns, fromSlice, lines, perWindow, seriesBy } from './from-bucket.ts';

/** Values of the features, one series each, under the names that people know. */
export const featureValues = lines(
  fromSlice('feature', ['value', 'name']),
  asColumns('feature'),
  '  |> filter(fn: (r) => exists r.value)',
  '  |> rename(columns: {value: "_value"})',
  seriesBy('name'),
  perWindow('mean'),
);

/** How many features were in each state. */
export const featureStates = lines(
  fromSlice('feature', ['state']),
  '  |> duplicate(column: "_value", as: "state")',
  seriesBy('state'),
  perWindow('count'),
);

/** Age of the oldest value that a row was made of, seconds. */
export const featureAge = lines(
  fromSlice('feature', ['age_seconds']),
  seriesBy('_field'),
  perWindow('max'),
);
