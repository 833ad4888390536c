import type { Profile, SliceState } from '@slicecast/contracts';
import { train } from '@slicecast/forecasting/domain/train.ts';
import type { TrainedModel } from '@slicecast/forecasting/domain/trained-model.ts';
import type { Recording } from '../recording/recording.ts';

/** By flavor id, as a slice's forecaster takes them. */
export type Models = ReadonlyMap<
  number,
  { readonly modelId: string; readonly model: TrainedModel }
>;

/** Trains every recorded flavor on the ticks before `end`, and on nothing else. */
export function trainModels(recording: Recording, slice: SliceState, end: number): Models {
  const { horizonSeconds, sla } = slice;
  const flavors = [...recording.tracks.keys()];
  return new Map(
    flavors.map((flavorId) => {
      const profile = profileOf(recording, flavorId, end);
      const hooks = { progress: () => undefined, cancelled: () => false };
      const model = train({ profile, horizonSeconds, sla, seed: 1 }, hooks);
      return [flavorId, { modelId: `${flavorId}-before-${end}`, model }];
    }),
  );
}

/** A flavor's cells before `end` as a profile. */
export function profileOf(recording: Recording, flavorId: number, end: number): Profile {
  const track = recording.tracks.get(flavorId);
  const cells = (values: Float64Array | undefined) =>
    Array.from((values ?? new Float64Array()).subarray(0, end), (value) =>
      Number.isFinite(value) ? value : null,
    );
  return {
    at: recording.at.slice(0, end),
    stepMs: recording.stepMs,
    features: [...recording.features],
    columns: recording.features.map((_, k) => cells(track?.columns[k])),
    kpi: cells(track?.kpi),
  };
}
