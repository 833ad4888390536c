import type { Forecast, InputQuality, Sla, SliceInputRow } from '@slicecast/contracts';
import { type ChampionCheckpoint, ChampionState } from './champion-state.ts';
import { type ChangeCheckpoint, ChangeOutcomes } from './change-outcomes.ts';
import type { ContestMode, ContestWatch, Turn } from './contest/contest-watch.ts';
import { type ContestReport, describeContest } from './contest/describe-contest.ts';
import { ByEffect } from './effect/by-effect.ts';
import { type EffectState, observeEffect } from './effect/load-effect.ts';
import { FlavorView, type KnownKpi } from './flavor-view.ts';
import { wideningOf } from './input-quality.ts';
import type { Instant } from './instant.ts';
import { fromScale, toScale } from './kpi-scale.ts';
import type { ScaledForecast } from './live-intervals.ts';
import type { TrainedModel } from './trained-model.ts';

/** JSON. */
export interface FlavorCheckpoint {
  readonly liveKpi: ChampionCheckpoint;
  readonly xAlone: ChampionCheckpoint;
  /** Not in checkpoints of before it was kept. */
  readonly changes?: ChangeCheckpoint;
  readonly byEffect?: ChampionCheckpoint;
}

/** One flavor's model at work on one slice. */
export class FlavorForecaster {
  readonly model: TrainedModel;
  readonly #flavorId: number;
  readonly #modelId: string;
  readonly #view: FlavorView;
  readonly #liveKpi: ChampionState;
  readonly #xAlone: ChampionState;
  readonly #byEffect: ByEffect | undefined;
  readonly #changes: ChangeOutcomes;

  constructor(flavorId: number, modelId: string, model: TrainedModel, watch: ContestWatch) {
    this.#flavorId = flavorId;
    this.#modelId = modelId;
    this.model = model;
    this.#view = new FlavorView(flavorId, model);
    const eventsOf = (mode: ContestMode) => ({
      scored: (scored: string, error: number) =>
        watch.scored({ flavorId, mode, model: scored, error }),
      turned: () => watch.turned(this.#turnOf(mode)),
    });
    this.#liveKpi = new ChampionState(model, model.liveKpi, eventsOf('live-kpi'));
    this.#xAlone = new ChampionState(model, model.xAlone, eventsOf('x-alone'));
    this.#byEffect = ByEffect.of(model, eventsOf('by-effect'));
    this.#changes = new ChangeOutcomes(model.basis);
  }

  /** The load's effect after the KPI of a tick under this flavor; the tick must be in the window. */
  followEffect(past: EffectState, tick: number, kpi: number): EffectState {
    const { effect, scale } = this.model;
    if (effect === undefined) return past;
    const seen = { tick, load: this.#view.loadAt(tick), kpi: toScale(scale, kpi) };
    return observeEffect(effect, past, seen);
  }

  /** What the load costs now, as the flavor in force has it. */
  setEffect(effect: EffectState): void {
    this.#byEffect?.set(effect);
  }

  /** Takes a row into the window. The KPI belongs here when this flavor is in force. */
  append(tick: number, row: SliceInputRow): void {
    this.#view.append(tick, row);
  }

  /** How much load there is at the newest tick, whatever it is made of, on this model's scale; null when it cannot be seen. */
  load(): number | null {
    return this.#view.plainLoad();
  }

  setKpi(tick: number, kpi: number): void {
    this.#view.setKpi(tick, kpi);
  }

  /** Another flavor came in force: the KPI that was observed is not this one's. */
  forgetKpi(): void {
    this.#view.forgetKpi();
  }

  /** What was forecast for the flavor that was in force will not come. */
  forgetWaiting(): void {
    this.#liveKpi.forgetWaiting();
    this.#xAlone.forgetWaiting();
    this.#byEffect?.champion.forgetWaiting();
  }

  /** Came in force at a tick: what was forecast for it under another flavor is seen now. */
  comeInForce(tick: number): void {
    this.#changes.begin(tick);
  }

  learn(tick: number, kpi: number): void {
    const actual = toScale(this.model.scale, kpi);
    this.#liveKpi.learn(tick, actual);
    this.#xAlone.learn(tick, actual);
    this.#byEffect?.champion.learn(tick, actual);
    this.#changes.observe(tick, actual);
  }

  /** The forecast made at the newest tick; undefined when the load cannot be seen. */
  forecast(inForce: boolean, quality: InputQuality, sla: Sla): Forecast | undefined {
    const instant = this.#view.newest();
    const widening = wideningOf(quality);
    const { have, need } = this.knownKpi();
    const withKpi = inForce && have >= need ? this.#liveKpi.forecast(instant, widening) : undefined;
    // A KPI that stays away for a while leaves the load to forecast from.
    const { state, at } = this.#byLoad();
    const forecast = withKpi ?? state.forecast(at, widening, this.#outcomes(inForce));
    if (forecast === undefined) return undefined;
    const live = withKpi !== undefined;
    const champion = live ? this.#liveKpi : state;
    const { driftingSince } = champion.contest;
    return {
      flavorId: this.#flavorId,
      horizonSeconds: this.model.horizonSeconds,
      quantiles: this.#unscaled(forecast),
      violationProbability: this.#violation(forecast, sla),
      counterfactual: !inForce,
      gated: champion.gated,
      champion: live ? 'live-kpi' : state === this.#xAlone ? 'x-alone' : 'by-effect',
      modelId: this.#modelId,
      ...(driftingSince === null
        ? {}
        : { drift: { since: driftingSince * this.model.stepMs, inCharge: champion.contest.name } }),
    };
  }

  /** After the forecasts of a tick: remembers them until their targets come. */
  await(inForce: boolean): void {
    const instant = this.#view.newest();
    if (inForce) {
      this.#liveKpi.await(instant);
      this.#xAlone.await(instant);
      this.#byEffect?.champion.await(this.#byEffect.at(instant));
    } else {
      const tick = instant.series.firstTick + instant.index;
      const { state, at } = this.#byLoad();
      this.#changes.await(tick, state.estimate(at).middle);
    }
  }

  /** After `await`: the challengers' forecasts, on their share of the ticks. */
  challenge(): void {
    const instant = this.#view.newest();
    this.#liveKpi.challenge(instant);
    this.#xAlone.challenge(instant);
    this.#byEffect?.champion.challenge(this.#byEffect.at(instant));
  }

  contests(): readonly ContestReport[] {
    const { stepMs } = this.model;
    return [
      describeContest('live-kpi', this.#liveKpi, stepMs),
      describeContest('x-alone', this.#xAlone, stepMs),
      ...(this.#byEffect === undefined
        ? []
        : [describeContest('by-effect', this.#byEffect.champion, stepMs)]),
    ];
  }

  checkpoint(): FlavorCheckpoint {
    return {
      liveKpi: this.#liveKpi.checkpoint(),
      xAlone: this.#xAlone.checkpoint(),
      changes: this.#changes.checkpoint(),
      ...(this.#byEffect === undefined ? {} : { byEffect: this.#byEffect.champion.checkpoint() }),
    };
  }

  restore(checkpoint: FlavorCheckpoint): void {
    this.#liveKpi.restore(checkpoint.liveKpi);
    this.#xAlone.restore(checkpoint.xAlone);
    if (checkpoint.changes !== undefined) this.#changes.restore(checkpoint.changes);
    const { byEffect } = checkpoint;
    if (byEffect !== undefined) this.#byEffect?.champion.restore(byEffect);
  }

  /** Ticks of the KPI's past under this flavor, of those that the champion with it looks at. */
  knownKpi(): KnownKpi {
    return this.#view.knownKpi();
  }

  #outcomes(inForce: boolean) {
    const newest = this.#view.lastTick;
    return inForce || newest === undefined ? [] : this.#changes.weighted(newest);
  }

  /** Who forecasts without this flavor's KPI: from the load under its effect where that is known, else from the load alone. */
  #byLoad(): { readonly state: ChampionState; readonly at: Instant } {
    const instant = this.#view.newest();
    return this.#byEffect?.isKnown(this.#view.lastTick ?? 0) === true
      ? { state: this.#byEffect.champion, at: this.#byEffect.at(instant) }
      : { state: this.#xAlone, at: instant };
  }

  #turnOf(mode: ContestMode): Turn {
    const alone = mode === 'by-effect' ? this.#byEffect?.champion : undefined;
    const { contest, gated } = mode === 'live-kpi' ? this.#liveKpi : (alone ?? this.#xAlone);
    const { driftingSince, name: inCharge } = contest;
    const since = driftingSince === null ? null : driftingSince * this.model.stepMs;
    return { flavorId: this.#flavorId, mode, since, inCharge, gated };
  }

  #unscaled({ quantiles }: ScaledForecast): Forecast['quantiles'] {
    const at = (k: number) => fromScale(this.model.scale, quantiles[k] ?? Number.NaN);
    return { q025: at(0), q10: at(1), q50: at(2), q90: at(3), q975: at(4) };
  }

  #violation(forecast: ScaledForecast, sla: Sla): number {
    const bound = toScale(this.model.scale, sla.bound);
    if (Number.isFinite(bound)) return forecast.probabilityBeyond(bound, sla.side);
    // A bound that a positive KPI cannot reach lies below all of its distribution.
    return sla.side === 'upper' ? 1 : 0;
  }
}
