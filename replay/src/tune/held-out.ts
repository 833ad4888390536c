import type { Forecast, SliceForecast, SliceState } from '@slicecast/contracts';
import type { TrainedModel } from '@slicecast/forecasting/domain/trained-model.ts';
import type { Recording } from '../recording/recording.ts';
import type { Span } from '../recording/span.ts';
import { spliced } from '../recording/spliced.ts';
import { forecastSource } from '../run/forecast-source.ts';
import { type Models, trainModels } from '../run/train-models.ts';
import type { TrialPart } from './trial.ts';

/** Fewer cycles say too little of what models of all would do, when one of them is left out. */
const fewestCycles = 3;
const partsWithoutCycles = 6;
/** Models are trained anew for each part: of more cycles several go together. */
const mostParts = 9;

/** `end` ticks cut into parts of whole cycles of the load, or into sixths where it has fewer than three. */
export function cyclesBefore(end: number, period: number | null): Span[] {
  const cycles = period === null ? 0 : Math.floor(end / period);
  const length =
    period === null || cycles < fewestCycles
      ? Math.floor(end / partsWithoutCycles)
      : period * Math.ceil(cycles / mostParts);
  const count = Math.floor(end / length);
  return Array.from({ length: count }, (_, k) => ({ from: k * length, to: (k + 1) * length }));
}

/**
 * Each part held out in turn and forecast by models of the others, so that a policy is tried on forecasts
 * as honest as live ones. `all`: the models of the whole past, whose gates count. The forecasts are made once for each flavor in force, with the KPI's past and
 * without it as after a change, and every policy that is tried reads from them.
 */
export function heldOut(
  recording: Recording,
  slice: SliceState,
  { parts, all }: { readonly parts: readonly Span[]; readonly all: Models },
  tell: (what: string) => void,
): TrialPart[] {
  return parts.map((span, k) => {
    tell(`forecasting part ${k + 1} of ${parts.length} by models of the others`);
    const others = parts.filter((part) => part !== span);
    // The held-out part comes last: what is before it fills the windows, and nothing of it is learned from.
    const laid = spliced(recording, [...others, span]);
    const from = laid.at.length - (span.to - span.from);
    return forecastPart(laid, slice, { from, to: laid.at.length }, all);
  });
}

function forecastPart(recording: Recording, slice: SliceState, span: Span, all: Models): TrialPart {
  const stream = (models: Models, now: SliceState) => {
    const forecastAt = forecastSource(recording, models, span.from, now);
    const messages: (SliceForecast | null)[] = [];
    for (let index = span.from; index < span.to; index += 1) {
      messages.push(withGates(forecastAt(index, now), all));
    }
    return messages;
  };
  const models = trainModels(recording, slice, span.from);
  const blind = withoutPast(models);
  const streams = new Map(
    [...recording.tracks.keys()].map((flavorInForce) => {
      const now = { ...slice, flavorInForce };
      const live = stream(models, now);
      return [flavorInForce, { live, blind: stream(blind, now) }] as const;
    }),
  );
  const blindTicks = blindTicksOf(models);
  return {
    recording,
    span,
    messageAt(index, flavorInForce, sinceChange) {
      const both = streams.get(flavorInForce);
      const live = both?.live[index - span.from] ?? null;
      if (live === null || sinceChange >= blindTicks) return live;
      const { forecasts = [] } = both?.blind[index - span.from] ?? {};
      return { ...live, forecasts };
    },
  };
}

/** Models of fewer cycles may miss the gate that the model of all of them passes, or pass it by luck. */
function withGates(message: SliceForecast | null, all: Models): SliceForecast | null {
  if (message === null) return null;
  const forecasts = message.forecasts.map((each) => {
    const model = all.get(each.flavorId)?.model;
    return { ...each, gated: model !== undefined && isGated(model, each.champion) };
  });
  return { ...message, forecasts };
}

function isGated(model: TrainedModel, champion: Forecast['champion']): boolean {
  if (champion === 'live-kpi') return model.liveKpi.scoreboard.gated;
  const byEffect = champion === 'by-effect' ? model.effect?.champion : undefined;
  return (byEffect ?? model.xAlone).scoreboard.gated;
}

/** After a change so many ticks pass until the champions with the KPI's past know enough of it. */
function blindTicksOf(models: Models): number {
  const looks = [...models.values()].map(({ model }) => model.liveKpi.lookBackSteps);
  return Math.max(0, ...looks);
}

/** The KPI comes, but as after a change never enough of it for the champion with its past. */
function withoutPast(models: Models): Models {
  return new Map(
    [...models].map(([flavorId, { modelId, model }]) => {
      const lookBackSteps = Math.ceil((4 * model.windowMs) / model.stepMs);
      return [
        flavorId,
        { modelId, model: { ...model, liveKpi: { ...model.liveKpi, lookBackSteps } } },
      ];
    }),
  );
}
