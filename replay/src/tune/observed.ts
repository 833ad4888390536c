import { featureId, type SliceForecast, type SliceState } from '@slicecast/contracts';
import { plainLoadOf } from '@slicecast/forecasting/domain/load/load-signal.ts';
import { kpiUnder, type Recording } from '../recording/recording.ts';
import type { Span } from '../recording/span.ts';
import type { Models } from '../run/train-models.ts';
import type { TrialPart } from './trial.ts';

/** What is seen without any forecast, for policies that need none: the KPI and the load of each tick. */
export function observedPart(
  recording: Recording,
  slice: SliceState,
  models: Models,
  span: Span,
): TrialPart {
  const loads = new Map(
    [...recording.tracks.keys()].map((id) => [id, loadUnder(recording, slice, models, id)]),
  );
  return {
    recording,
    span,
    messageAt(index, flavorInForce): SliceForecast {
      const kpi = kpiUnder(recording, flavorInForce, index);
      const load = loads.get(flavorInForce)?.[index] ?? Number.NaN;
      return {
        tenantId: slice.tenantId,
        sliceId: slice.sliceId,
        at: recording.at[index] ?? Number.NaN,
        epoch: slice.epoch,
        flavorInForce,
        observedKpi: Number.isFinite(kpi) ? kpi : null,
        observedLoad: Number.isFinite(load) ? load : null,
        inputStates: [],
        inputQuality: 'fresh',
        forecasts: [],
      };
    },
  };
}

/** The load seen under a flavor as the model of the lowest-ranked one scales it: `observedLoad` of the messages. */
export function loadUnder(
  recording: Recording,
  slice: SliceState,
  models: Models,
  flavorId: number,
): Float64Array {
  const lowest = [...slice.flavors]
    .sort((a, b) => a.rank - b.rank)
    .find(({ id }) => models.has(id));
  const signal = models.get(lowest?.id ?? flavorId)?.model.signal;
  const columns = recording.tracks.get(flavorId)?.columns ?? [];
  const columnOf = new Map(recording.features.map((each, k) => [featureId(each), columns[k]]));
  return Float64Array.from(recording.at, (_, index) =>
    signal === undefined
      ? Number.NaN
      : plainLoadOf(signal, (id) => columnOf.get(id)?.[index] ?? Number.NaN),
  );
}
