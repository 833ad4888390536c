import type { Forecast, SliceForecast } from '@slicecast/contracts';
import {
  booleanField,
  floatField,
  integerField,
  isRecordable,
  lineOf,
  stringField,
} from './line-protocol.ts';
import type { PointSink } from './point-sink.ts';
import { sliceTags } from './slice-tags.ts';

/**
 * Measurement `forecast`: one point for each flavor and horizon, at the instant that it is about, so that
 * it lies over the KPI that is observed then. `persistence` is the KPI at the tick of the forecast: what
 * it has to beat. What tells two points of an instant apart are tags; everything else is a field.
 */
export function recordForecast(message: SliceForecast, bucket: string, sink: PointSink): void {
  const tags = sliceTags(message);
  for (const forecast of message.forecasts) {
    const at = message.at + forecast.horizonSeconds * 1000;
    if (isRecordable(at)) sink.point(bucket, forecastLine(message, forecast, tags, at));
    else sink.drop('bad-time');
  }
}

function forecastLine(
  message: SliceForecast,
  forecast: Forecast,
  tags: string,
  at: number,
): string | undefined {
  const { flavorId, horizonSeconds, champion, counterfactual, quantiles } = forecast;
  const own = `,flavor=${flavorId},horizon=${horizonSeconds},champion=${champion},counterfactual=${counterfactual}`;
  return lineOf(
    'forecast',
    `${tags}${own}`,
    [
      ['q025', floatField(quantiles.q025)],
      ['q10', floatField(quantiles.q10)],
      ['q50', floatField(quantiles.q50)],
      ['q90', floatField(quantiles.q90)],
      ['q975', floatField(quantiles.q975)],
      ['violation_probability', floatField(forecast.violationProbability)],
      ['persistence', floatField(message.observedKpi)],
      ['flavor_id', integerField(flavorId)],
      ['gated', booleanField(forecast.gated)],
      ['input_quality', stringField(message.inputQuality)],
      ['epoch', integerField(message.epoch)],
      ['model', stringField(forecast.modelId)],
    ],
    at,
  );
}
