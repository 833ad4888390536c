import type {
  Forecast,
  SliceForecast,
  SliceInput,
  SliceInputRow,
  SliceState,
} from '@slicecast/contracts';
import { type ContestWatch, unwatched } from './contest/contest-watch.ts';
import type { ContestReport } from './contest/describe-contest.ts';
import { type EffectState, usualEffect } from './effect/load-effect.ts';
import { type FlavorCheckpoint, FlavorForecaster } from './flavor-forecaster.ts';
import { inputQuality } from './input-quality.ts';
import type { TrainedModel } from './trained-model.ts';

export interface SliceForecasterOptions {
  /** By flavor id. */
  readonly models: ReadonlyMap<number, { readonly modelId: string; readonly model: TrainedModel }>;
  /** Told of scores and turns of the contests between champions and challengers. */
  readonly watch?: ContestWatch;
}

/**
 * A slice's forecasts as a state machine on its inputs: the same inputs in the same order give the same
 * messages. After a restart: `restore` the checkpoint, `warm` with the window before it, `step` on.
 */
export interface SliceForecaster {
  /** How much of the past `warm` must be given. */
  readonly windowMs: number;
  /** Feeds one input; a row gives the message of its tick, a late KPI or an old tick gives null. */
  step(input: SliceInput, slice: SliceState): SliceForecast | null;
  /** Fills the windows from an input at or before the checkpoint, without learning or forecasting. */
  warm(input: SliceInput): void;
  /** Ticks of the KPI's past under the flavor in force, of those its champion needs; null before the first row. */
  knownKpi(): { readonly have: number; readonly need: number } | null;
  /** Champions and challengers by flavor. */
  contests(): readonly FlavorContest[];
  /** Calibration, drift and live standings after the last step, JSON; the windows are not in it. */
  checkpoint(): SliceCheckpoint;
  restore(checkpoint: unknown): void;
}

export interface FlavorContest extends ContestReport {
  readonly flavorId: number;
}

/** JSON. */
export interface SliceCheckpoint {
  readonly flavors: Readonly<Record<string, FlavorCheckpoint>>;
  /** Not in checkpoints of before it was followed. */
  readonly effect?: EffectState;
}

export function createSliceForecaster(options: SliceForecasterOptions): SliceForecaster {
  const watch = options.watch ?? unwatched;
  const flavors = new Map(
    [...options.models].map(([flavorId, { modelId, model }]) => [
      flavorId,
      new FlavorForecaster(flavorId, modelId, model, watch),
    ]),
  );
  const stepMs = Math.max(1, ...[...flavors.values()].map(({ model }) => model.stepMs));
  const tickOf = (at: number) => Math.ceil(at / stepMs);
  let lastTick = Number.NEGATIVE_INFINITY;
  let inForce: number | undefined;
  /** KPI of ticks before it belong to the flavor before. */
  let inForceSince = Number.NEGATIVE_INFINITY;
  /** What a unit of load costs, as far as the KPIs of all flavors that were in force tell. */
  let effect = usualEffect;

  /** False for a tick that was already taken. In the past what is awaited is the checkpoint's, and stays. */
  function take(row: SliceInputRow, past: boolean): boolean {
    const tick = tickOf(row.at);
    if (tick <= lastTick) return false;
    if (inForce !== undefined && inForce !== row.flavorInForce) {
      for (const flavor of flavors.values()) {
        flavor.forgetKpi();
        if (!past) flavor.forgetWaiting();
      }
      if (!past) flavors.get(row.flavorInForce)?.comeInForce(tick);
      inForceSince = tick;
    }
    inForce = row.flavorInForce;
    lastTick = tick;
    for (const flavor of flavors.values()) flavor.append(tick, row);
    return true;
  }

  function takeKpi(at: number, kpi: number): number | undefined {
    const tick = tickOf(at);
    if (inForce === undefined || tick < inForceSince) return undefined;
    flavors.get(inForce)?.setKpi(tick, kpi);
    return tick;
  }

  function learn(flavor: FlavorForecaster | undefined, tick: number, kpi: number): void {
    if (flavor === undefined) return;
    flavor.learn(tick, kpi);
    effect = flavor.followEffect(effect, tick, kpi);
  }

  return {
    windowMs: Math.max(0, ...[...flavors.values()].map(({ model }) => model.windowMs)),
    step(input, slice) {
      if (input.kind === 'kpi') {
        const tick = takeKpi(input.at, input.kpi);
        if (tick !== undefined && inForce !== undefined)
          learn(flavors.get(inForce), tick, input.kpi);
        return null;
      }
      if (!take(input, false)) return null;
      const own = flavors.get(input.flavorInForce);
      if (input.kpi !== undefined) learn(own, tickOf(input.at), input.kpi);
      for (const flavor of flavors.values()) flavor.setEffect(effect);
      const message = messageOf(input, slice, flavors);
      for (const { flavorId, counterfactual } of message.forecasts) {
        flavors.get(flavorId)?.await(!counterfactual);
      }
      const begun = watch.elapsedMs();
      own?.challenge();
      watch.challenged(watch.elapsedMs() - begun);
      return message;
    },
    warm(input) {
      if (input.kind === 'kpi') takeKpi(input.at, input.kpi);
      else take(input, true);
    },
    knownKpi: () => (inForce === undefined ? null : (flavors.get(inForce)?.knownKpi() ?? null)),
    contests: () =>
      [...flavors].flatMap(([flavorId, flavor]) =>
        flavor.contests().map((contest) => ({ flavorId, ...contest })),
      ),
    checkpoint: () => ({
      flavors: Object.fromEntries(
        [...flavors].map(([flavorId, flavor]) => [String(flavorId), flavor.checkpoint()]),
      ),
      effect,
    }),
    restore(checkpoint) {
      // Our own checkpoint, of exactly these models: whoever stored it says so.
      const { flavors: stored, effect: followed } = checkpoint as SliceCheckpoint;
      effect = followed ?? usualEffect;
      for (const [flavorId, flavor] of flavors) {
        const own = stored[String(flavorId)];
        if (own !== undefined) flavor.restore(own);
      }
    },
  };
}

function messageOf(
  row: SliceInputRow,
  slice: SliceState,
  flavors: ReadonlyMap<number, FlavorForecaster>,
): SliceForecast {
  const own = flavors.get(row.flavorInForce) ?? [...flavors.values()][0];
  const quality = own === undefined ? 'bad' : inputQuality(own.model, row);
  const forecasts = [...flavors].flatMap<Forecast>(([flavorId, flavor]) => {
    const counterfactual = flavorId !== row.flavorInForce;
    const carried = counterfactual ? inputQuality(flavor.model, row) : quality;
    // Nobody may choose a flavor by what could not be seen.
    if (counterfactual && carried === 'bad') return [];
    return flavor.forecast(!counterfactual, carried, slice.sla) ?? [];
  });
  return {
    tenantId: row.tenantId,
    sliceId: row.sliceId,
    at: row.at,
    epoch: row.epoch,
    flavorInForce: row.flavorInForce,
    observedKpi: row.kpi ?? null,
    observedLoad: loadSeen(slice, flavors),
    inputStates: row.states,
    inputQuality: quality,
    forecasts,
  };
}

/** On the scale of the lowest-ranked flavor that has a model, whatever flavor is in force. */
function loadSeen(
  slice: SliceState,
  flavors: ReadonlyMap<number, FlavorForecaster>,
): number | null {
  const rankOf = (id: number) => slice.flavors.find((flavor) => flavor.id === id)?.rank ?? id;
  const [lowest] = [...flavors].sort(([a], [b]) => rankOf(a) - rankOf(b) || a - b);
  return lowest?.[1].load() ?? null;
}
