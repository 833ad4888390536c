import type { SliceRecord } from '@slicecast/sro/domain/record/slice-record.ts';
import { toldTo } from '@slicecast/sro/domain/record/told-to.ts';
import type { ForecastRisk } from '../judge/outcome.ts';
import type { Recording } from '../recording/recording.ts';
import type { ForecastAt } from '../run/forecast-source.ts';

/** A live run as a what-if sees it: outcomes under the flavor that was in force, forecasts for each. */
export interface RecordedRun {
  readonly recording: Recording;
  /** What was forecast at a tick, told to a slice that may have left the recorded flavor. */
  readonly forecastAt: ForecastAt;
  readonly risk: ForecastRisk;
}

/** The KPI of a tick is known under the flavor in force alone; under any other its forecasts stand for it. */
export function asRecording({ ticks }: SliceRecord): RecordedRun {
  const flavorIds = new Set(ticks.flatMap(({ slice }) => slice.flavors.map(({ id }) => id)));
  const stepMs = ticks[0]?.slice.stepMs ?? 1000;
  const at = ticks.map(({ forecast }) => forecast.at);
  const tracks = [...flavorIds].map((flavorId) => {
    const kpi = Float64Array.from(ticks, ({ forecast }) =>
      forecast.flavorInForce === flavorId ? (forecast.observedKpi ?? Number.NaN) : Number.NaN,
    );
    return [flavorId, { columns: [], kpi }] as const;
  });
  const indexOf = new Map(at.map((each, index) => [each, index]));
  const risks = new Map<string, number>();
  for (const { forecast } of ticks) {
    for (const { flavorId, horizonSeconds, violationProbability } of forecast.forecasts) {
      const target = indexOf.get(forecast.at + horizonSeconds * 1000);
      if (target !== undefined) risks.set(`${flavorId} ${target}`, violationProbability);
    }
  }
  return {
    recording: { stepMs, at, features: [], tracks: new Map(tracks) },
    forecastAt(index, slice) {
      const forecast = ticks[index]?.forecast;
      return forecast === undefined ? null : toldTo(forecast, slice);
    },
    risk: (flavorId, index) => risks.get(`${flavorId} ${index}`),
  };
}
