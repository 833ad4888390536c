import type { SliceForecast, SliceState } from '@slicecast/contracts';
import { createSliceForecaster } from '@slicecast/forecasting/domain/slice-forecaster.ts';
import { type Recording, rowAt } from '../recording/recording.ts';
import type { Models } from './train-models.ts';

/** What is forecast at a tick for the slice as it is then; asked for ticks in their order. */
export type ForecastAt = (index: number, slice: SliceState) => SliceForecast | null;

/** The live service's forecaster over recorded rows; its windows are filled from the ticks before `from`. */
export function forecastSource(
  recording: Recording,
  models: Models,
  from: number,
  slice: SliceState,
): ForecastAt {
  const forecaster = createSliceForecaster({ models });
  const first = Math.max(0, from - Math.ceil(forecaster.windowMs / recording.stepMs));
  for (let index = first; index < from; index += 1) {
    forecaster.warm(rowAt(recording, index, slice));
  }
  return (index, now) => forecaster.step(rowAt(recording, index, now), now);
}
