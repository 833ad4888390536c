import type { TSchema } from 'typebox';
import { ForecastCheckpoint } from './messages/forecast-checkpoint.ts';
import { Measurement, SampleMessage } from './messages/mlo-v2.ts';
import { ModelPromotion } from './messages/model-promotion.ts';
import { SliceDecision } from './messages/slice-decision.ts';
import { SliceForecast } from './messages/slice-forecast.ts';
import { SliceInput } from './messages/slice-input.ts';
import { SliceState } from './messages/slice-state.ts';

/** A topic of the log: its name is written here and nowhere else. */
export interface Topic<Schema extends TSchema = TSchema> {
  readonly name: string;
  readonly schema: Schema;
  /** `compact` keeps the newest message of a key; `delete` keeps messages for a time. */
  readonly cleanup: 'delete' | 'compact';
}

function topic<Schema extends TSchema>(
  name: string,
  schema: Schema,
  cleanup: 'delete' | 'compact' = 'delete',
): Topic<Schema> {
  return { name, schema, cleanup };
}

export const topics = {
  sliceStates: topic('slice-states', SliceState, 'compact'),
  sliceInputs: topic('slice-inputs', SliceInput),
  sliceForecasts: topic('slice-forecasts', SliceForecast),
  sliceDecisions: topic('slice-decisions', SliceDecision),
  forecastCheckpoints: topic('forecast-checkpoints', ForecastCheckpoint, 'compact'),
  modelPromotions: topic('model-promotions', ModelPromotion),
  clientMetrics: topic('client-metrics', Measurement),
  /** What MLO-V2's load generator tells: its number of clients. */
  loadgenClients: topic('loadgen_clients', Measurement),
  slaEstimations: topic('sro-sla-estimations', Measurement),
  selectedMetrics: topic('selected-metrics-5', SampleMessage),
} as const;
