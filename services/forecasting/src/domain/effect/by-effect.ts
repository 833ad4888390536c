import { ChampionState } from '../champion-state.ts';
import type { ContestEvents } from '../contest/live-contest.ts';
import type { Instant } from '../instant.ts';
import type { TrainedModel } from '../trained-model.ts';
import { type EffectState, isKnown, type LoadEffect, usualEffect } from './load-effect.ts';
import { underEffect } from './under-effect.ts';

/** The champion that forecasts from the load under its effect, at work on one flavor. */
export class ByEffect {
  readonly champion: ChampionState;
  readonly #effect: LoadEffect;
  readonly #patience: number;
  #now: EffectState = usualEffect;
  #last: { readonly of: Instant; readonly made: Instant } | undefined;

  /** Undefined where following the effect did not pay in training. */
  static of(model: TrainedModel, events: ContestEvents): ByEffect | undefined {
    const { effect } = model;
    if (effect?.champion === undefined) return undefined;
    return new ByEffect(effect, new ChampionState(model, effect.champion, events), model);
  }

  private constructor(effect: LoadEffect, champion: ChampionState, { basis }: TrainedModel) {
    this.champion = champion;
    this.#effect = effect;
    this.#patience = basis.horizonSteps;
  }

  /** What a unit of load costs now, as the flavor in force has it. */
  set(now: EffectState): void {
    this.#now = now;
    this.#last = undefined;
  }

  isKnown(tick: number): boolean {
    return isKnown(this.#now, tick, this.#patience);
  }

  /** The instant under the effect of now; the same as long as neither changes. */
  at(instant: Instant): Instant {
    if (this.#last?.of !== instant) {
      this.#last = { of: instant, made: underEffect(this.#effect, this.#now, instant) };
    }
    return this.#last.made;
  }
}
