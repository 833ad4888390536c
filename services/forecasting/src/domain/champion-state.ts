import {
  areComplete,
  learnFromVoices,
  poolVoices,
  type Tracking,
  type TrackingState,
  trackedMedian,
  type Voices,
} from './blend/blend-tracking.ts';
import { withMedian } from './calibrator.ts';
import type { WeightedOutcomes } from './change-outcomes.ts';
import {
  type ChampionEstimate,
  type ContestCheckpoint,
  type ContestEvents,
  type Entries,
  LiveContest,
} from './contest/live-contest.ts';
import type { Instant } from './instant.ts';
import {
  type Awaited,
  type IntervalsCheckpoint,
  LiveIntervals,
  type ScaledForecast,
} from './live-intervals.ts';
import type { Estimate } from './models/model.ts';
import { blendMembers, type Champion, membersAt, type TrainedModel } from './trained-model.ts';

/** A forecast whose target has not come yet. */
interface Waiting extends Awaited {
  /** The challenger whose forecast it is; absent: the champion's. */
  readonly by?: number;
  readonly entries?: Entries;
  /** Of a champion that follows how its members do. */
  readonly voices?: Voices;
}

/** JSON. */
export interface ChampionCheckpoint extends IntervalsCheckpoint {
  readonly waiting: readonly Waiting[];
  readonly contest?: ContestCheckpoint;
  /** Of the challenger in charge. */
  readonly standIn?: IntervalsCheckpoint;
  readonly tracking?: TrackingState;
}

/** `voices`: of a champion that follows how its members do. */
interface OwnEstimate extends ChampionEstimate {
  readonly voices?: Voices;
}

/** A challenger in charge. */
interface StandIn {
  readonly challenger: number;
  readonly intervals: LiveIntervals;
}

/** A KPI that comes later than this many horizons after its tick teaches nothing any more. */
const patienceHorizons = 4;

/** Of a model that was made before there were challengers. */
const noRivals = { challengers: [], everyTicks: 1, norm: null };

/**
 * One champion at work on one slice, or the challenger that stands in for it: its forecasts, and what it learns
 * from how they turn out.
 */
export class ChampionState {
  readonly contest: LiveContest;
  readonly #champion: Champion;
  readonly #model: TrainedModel;
  #intervals: LiveIntervals;
  #standIn: StandIn | undefined;
  #waiting: Waiting[] = [];
  #tracking: Tracking | undefined;
  #last: { readonly instant: Instant; readonly own: OwnEstimate } | undefined;

  constructor(model: TrainedModel, champion: Champion, events: ContestEvents) {
    this.#model = model;
    this.#champion = champion;
    this.#intervals = new LiveIntervals(champion);
    this.#tracking = champion.tracking;
    this.contest = new LiveContest(champion, champion.rivals ?? noRivals, model.scale, events);
  }

  /** Whether something may act on its forecasts. */
  get gated(): boolean {
    return this.#champion.scoreboard.gated && this.contest.inCharge.skilled;
  }

  get lookBackSteps(): number {
    return this.#champion.lookBackSteps;
  }

  /**
   * The forecast made at an instant; undefined when an input that it needs is missing. `outcomes` of past changes
   * widen a counterfactual one: its interval and P(violation) are never smaller than without them.
   */
  forecast(
    instant: Instant,
    widening: number,
    outcomes: readonly WeightedOutcomes[] = [],
  ): ScaledForecast | undefined {
    const estimate = this.estimate(instant);
    if (!Number.isFinite(estimate.middle)) return undefined;
    const forecast = this.#inCharge.forecast(estimate, widening, outcomes);
    const { voices } = this.#own(instant);
    if (this.#standIn !== undefined || this.#tracking === undefined || !voices) return forecast;
    const median = trackedMedian(this.#tracking.state, voices);
    return { ...forecast, quantiles: withMedian(forecast.quantiles, median) };
  }

  /** Remembers the unwidened forecast of the flavor in force, to learn from it when its target comes. */
  await(instant: Instant): void {
    const estimate = this.estimate(instant);
    const { middle } = estimate;
    if (!Number.isFinite(middle)) return;
    const origin = tickOf(instant);
    const { horizonSteps } = this.#model.basis;
    const own = this.#own(instant);
    const entries = this.contest.enter(own, instant);
    const { voices } = own;
    this.#waiting.push({
      target: origin + horizonSteps,
      middle,
      quantiles: this.#inCharge.quantiles(estimate),
      ...(this.#standIn === undefined ? {} : { by: this.#standIn.challenger }),
      ...(entries === undefined ? {} : { entries }),
      ...(voices !== undefined && areComplete(voices.middles) ? { voices } : {}),
    });
    const oldest = origin - patienceHorizons * horizonSteps;
    if ((this.#waiting[0]?.target ?? oldest) < oldest) {
      this.#waiting = this.#waiting.filter(({ target }) => target >= oldest);
    }
  }

  /** After `await`, on the ticks that are the challengers': their forecasts for the same target. */
  challenge(instant: Instant): void {
    const newest = this.#waiting.at(-1);
    if (newest?.entries === undefined || !this.contest.isDue(tickOf(instant))) return;
    if (newest.target !== tickOf(instant) + this.#model.basis.horizonSteps) return;
    const entries = this.contest.challenge(newest.entries, this.#own(instant), instant);
    this.#waiting[this.#waiting.length - 1] = { ...newest, entries };
  }

  /** The KPI of a tick came, on the KPI's scale. */
  learn(tick: number, actual: number): void {
    const index = this.#waiting.findIndex(({ target }) => target === tick);
    const [past] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (past === undefined || !Number.isFinite(actual)) return;
    // What another one forecast, which was in charge until lately, tells nothing of this one.
    if (past.by === this.#standIn?.challenger) this.#inCharge.learn(tick, past, actual);
    this.#track(past, actual);
    if (past.entries === undefined) return;
    this.contest.observe(tick, past.entries, actual);
    this.#followContest();
  }

  /** What was forecast for this flavor will not come: another one is in force. */
  forgetWaiting(): void {
    const own = this.#waiting.filter(({ by }) => by === this.#standIn?.challenger);
    this.#inCharge.learnUnseen(own, this.#model.basis.horizonSteps);
    this.#waiting = [];
    this.contest.interrupt();
  }

  checkpoint(): ChampionCheckpoint {
    const standIn = this.#standIn?.intervals.checkpoint();
    return {
      ...this.#intervals.checkpoint(),
      waiting: [...this.#waiting],
      contest: this.contest.checkpoint(),
      ...(standIn === undefined ? {} : { standIn }),
      ...(this.#tracking === undefined ? {} : { tracking: this.#tracking.state }),
    };
  }

  restore(checkpoint: ChampionCheckpoint): void {
    this.#intervals = new LiveIntervals(this.#champion, checkpoint);
    this.#waiting = [...checkpoint.waiting];
    if (this.#tracking !== undefined && checkpoint.tracking !== undefined) {
      this.#tracking = { ...this.#tracking, state: checkpoint.tracking };
    }
    if (checkpoint.contest !== undefined) this.contest.restore(checkpoint.contest);
    this.#followContest(checkpoint.standIn);
  }

  /** Of who is in charge. */
  estimate(instant: Instant): Estimate {
    const own = this.#own(instant);
    if (this.#standIn === undefined) return own.blend;
    return this.contest.estimate(this.#standIn.challenger, own, instant);
  }

  get #inCharge(): LiveIntervals {
    return this.#standIn?.intervals ?? this.#intervals;
  }

  /** A challenger's calibration begins where training left it, each time that it comes in charge. */
  #followContest(checkpoint?: IntervalsCheckpoint): void {
    const { index } = this.contest.inCharge;
    const challenger = index === 0 ? undefined : index - 1;
    if (challenger === this.#standIn?.challenger) return;
    const trained =
      challenger === undefined ? null : this.#champion.rivals?.challengers[challenger]?.intervals;
    this.#standIn =
      challenger === undefined || trained == null
        ? undefined
        : { challenger, intervals: new LiveIntervals(trained, checkpoint) };
  }

  /** Asked for several times of the tick that is published, worked out once. */
  #own(instant: Instant): OwnEstimate {
    if (this.#last?.instant !== instant) {
      const members = membersAt(this.#champion, instant);
      const blend = blendMembers(this.#champion, members);
      this.#last = { instant, own: this.#heard({ members, blend }) };
    }
    return this.#last.own;
  }

  #heard(own: ChampionEstimate): OwnEstimate {
    if (this.#tracking === undefined) return own;
    return { ...own, voices: poolVoices(this.#tracking, own.members, own.blend) };
  }

  #track({ voices }: Waiting, actual: number): void {
    if (this.#tracking === undefined || voices === undefined) return;
    const { horizonSteps } = this.#model.basis;
    const state = learnFromVoices(this.#tracking, voices, actual, horizonSteps);
    this.#tracking = { ...this.#tracking, state };
  }
}

function tickOf({ series, index }: Instant): number {
  return series.firstTick + index;
}
