import type { Instant } from '../instant.ts';
import { fromScale, type KpiScale } from '../kpi-scale.ts';
import { modelNamed } from '../models/index.ts';
import type { Estimate } from '../models/model.ts';
import { persistence } from '../models/persistence.ts';
import type { Champion } from '../trained-model.ts';
import type { Challenger, Rivals } from './challenger.ts';
import { type DriftState, dropBlock, noDrift, observeDrift } from './drift-detector.ts';
import { addOutcome, errorRatio, type LiveStanding, noStanding } from './live-standing.ts';
import { championInCharge, chooseInCharge, type InCharge } from './stand-in.ts';

/** What champion, persistence and challengers forecast for one target, on the KPI's scale; JSON. */
export interface Entries {
  readonly champion: number;
  readonly persistence: number;
  /** In the order of the challengers; null of one that says nothing. Absent on a tick without challengers. */
  readonly challengers?: readonly (number | null)[];
}

/** JSON. */
export interface ContestCheckpoint {
  readonly drift: DriftState;
  readonly inCharge: InCharge;
  /** The champion's, then the challengers'. */
  readonly standings: readonly LiveStanding[];
}

/** The champion's estimate at an instant, and its members' in their order. */
export interface ChampionEstimate {
  readonly blend: Estimate;
  readonly members: readonly Estimate[];
}

export interface NamedStanding extends LiveStanding {
  readonly model: string;
  readonly role: 'champion' | 'challenger' | 'baseline';
}

/** Told of each score, and when drift or who is in charge changed. */
export interface ContestEvents {
  scored(model: string, error: number): void;
  turned(): void;
}

/** One champion against persistence and its challengers on one slice: drift, and who is in charge. */
export class LiveContest {
  readonly #rivals: Rivals;
  readonly #fits: readonly ((own: ChampionEstimate, instant: Instant) => Estimate)[];
  readonly #names: readonly string[];
  readonly #scale: KpiScale;
  readonly #events: ContestEvents;
  #drift: DriftState = noDrift;
  #inCharge: InCharge = championInCharge;
  #standings: LiveStanding[];

  constructor(own: Champion, rivals: Rivals, scale: KpiScale, events: ContestEvents) {
    this.#rivals = rivals;
    this.#scale = scale;
    this.#events = events;
    this.#names = [own.scoreboard.champion, ...rivals.challengers.map(({ name }) => name)];
    this.#fits = rivals.challengers.map((challenger) => fitOf(challenger, own));
    this.#standings = [noStanding, ...rivals.challengers.map(() => noStanding)];
  }

  get inCharge(): InCharge {
    return this.#inCharge;
  }

  /** The tick since when it drifts; null while it does not. */
  get driftingSince(): number | null {
    return this.#drift.drifting ? this.#drift.since : null;
  }

  /** Of who is in charge. */
  get name(): string {
    return this.#names[this.#inCharge.index] ?? '';
  }

  /** The champion's first, then the challengers' in their order. */
  standings(): readonly NamedStanding[] {
    return this.#standings.map((standing, candidate) => ({
      ...standing,
      model: this.#names[candidate] ?? '',
      role: roleOf(candidate, this.#rivals.challengers),
    }));
  }

  /** Challengers forecast at a tick by its number alone, so that a restart changes nothing. */
  isDue(tick: number): boolean {
    return this.#rivals.challengers.length > 0 && tick % this.#rivals.everyTicks === 0;
  }

  /** The forecast of one challenger. */
  estimate(challenger: number, own: ChampionEstimate, instant: Instant): Estimate {
    const fit = this.#fits[challenger];
    if (fit === undefined) throw new RangeError(`there is no challenger ${challenger}`);
    return fit(own, instant);
  }

  /** Of the tick's own forecast and persistence's; undefined when one is missing, as nothing can be compared. */
  enter(own: ChampionEstimate, instant: Instant): Entries | undefined {
    const reference = persistence.forecast({}, instant).middle;
    const { middle } = own.blend;
    if (!Number.isFinite(reference) || !Number.isFinite(middle)) return undefined;
    return { champion: middle, persistence: reference };
  }

  /** The same with the challengers'. */
  challenge(entries: Entries, own: ChampionEstimate, instant: Instant): Entries {
    const challengers = this.#fits.map((fit) => {
      const { middle } = fit(own, instant);
      return Number.isFinite(middle) ? middle : null;
    });
    return { ...entries, challengers };
  }

  /** What came at a target, on the KPI's scale. */
  observe(tick: number, entries: Entries, actual: number): void {
    if (entries.challengers !== undefined) this.#score(entries, actual);
    const { norm } = this.#rivals;
    if (norm === null) return;
    const since = this.driftingSince;
    this.#drift = observeDrift(norm, this.#drift, { ...entries, tick, actual });
    if (this.#drift.block.count > 0) return;
    const { index, skilled } = this.#inCharge;
    this.#inCharge = this.#drift.drifting ? this.#choose(norm.skill.centre < 0) : championInCharge;
    const same = this.#inCharge.index === index && this.#inCharge.skilled === skilled;
    if (!same || this.driftingSince !== since) this.#events.turned();
  }

  /** Another flavor came in force. */
  interrupt(): void {
    this.#drift = dropBlock(this.#drift);
  }

  checkpoint(): ContestCheckpoint {
    return { drift: this.#drift, inCharge: this.#inCharge, standings: [...this.#standings] };
  }

  restore({ drift, inCharge, standings }: ContestCheckpoint): void {
    this.#drift = drift;
    this.#inCharge = inCharge;
    this.#standings = [...standings];
  }

  #score(entries: Entries, actual: number): void {
    const unit = (value: number) => fromScale(this.#scale, value);
    const errorOf = (value: number) => Math.abs(unit(value) - unit(actual));
    const persistenceError = errorOf(entries.persistence);
    const isRival = this.#names.includes(persistence.name);
    if (!isRival) this.#events.scored(persistence.name, persistenceError);
    const scaledPersistenceError = Math.abs(entries.persistence - actual);
    [entries.champion, ...(entries.challengers ?? [])].forEach((value, candidate) => {
      if (value === null) return;
      const error = errorOf(value);
      this.#events.scored(this.#names[candidate] ?? '', error);
      this.#standings[candidate] = addOutcome(this.#standings[candidate] ?? noStanding, {
        error,
        persistenceError,
        scaledError: Math.abs(value - actual),
        scaledPersistenceError,
      });
    });
  }

  #choose(mustBeatPersistence: boolean): InCharge {
    const scored = this.#standings.map((standing, candidate) => ({
      baseline: this.#rivals.challengers[candidate - 1]?.baseline ?? false,
      ratio: errorRatio(standing),
    }));
    return chooseInCharge(scored, this.#inCharge, mustBeatPersistence);
  }
}

function roleOf(candidate: number, challengers: readonly Challenger[]): NamedStanding['role'] {
  if (candidate === 0) return 'champion';
  return challengers[candidate - 1]?.baseline === true ? 'baseline' : 'challenger';
}

function fitOf({ name, fitted }: Challenger, own: Champion) {
  const model = modelNamed(name);
  if (fitted !== null) return (_own: ChampionEstimate, at: Instant) => model.forecast(fitted, at);
  const member = own.members.findIndex((each) => each.name === name);
  if (member < 0) throw new RangeError(`the champion has no member ${name}`);
  const asMember = ({ members }: ChampionEstimate) => members[member] as Estimate;
  return asMember;
}
