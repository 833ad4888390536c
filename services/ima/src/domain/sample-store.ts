import { featureAt } from './feature-at.ts';
import type { PushedSample } from './parse-sample-message.ts';
import { type Intake, SeriesBuffer } from './series-buffer.ts';
import type { IdentifiedFeature } from './union-features.ts';

export interface TakenSample {
  readonly series: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: number;
  readonly value: number;
  /** The series has ended. */
  readonly stale?: boolean;
}

interface OfferedSeries {
  readonly hash: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** No feature looks further back than this, whatever its profile said. */
const maxKeepMs = 3_600_000;
const minuteMs = 60_000;

/** The newest samples of every series that a slice's features need, as far back as they look. */
export class SampleStore {
  readonly bySeries: ReadonlyMap<string, SeriesBuffer>;
  readonly #keepMs: number;
  /** How far back the features' values look. */
  readonly #reachMs: number;
  #filled = false;

  constructor(features: readonly IdentifiedFeature[]) {
    const looks = features.map(({ feature }) =>
      Math.max(feature.windowMs + feature.maxAgeMs, 4 * (feature.longestUnchangedMs ?? 0)),
    );
    const reaches = features.map(({ feature }) => feature.windowMs + feature.maxAgeMs);
    this.#reachMs = Math.min(maxKeepMs, Math.max(0, ...reaches));
    this.#keepMs = Math.min(maxKeepMs, Math.max(0, ...looks));
    this.bySeries = new Map(
      features.map(({ feature }) => [feature.series, new SeriesBuffer(2 * this.#keepMs)]),
    );
  }

  /**
   * From where to ask: the whole look-back of the tick to be closed at first, later only as far as a
   * sample may still be on its way. That is also how long a value may have stood still before it is taken for frozen.
   */
  askFrom(now: number, lastTick: number): number {
    if (!this.#filled) return Math.min(now, lastTick) - this.#keepMs;
    return Math.min(now, lastTick) - overlapMs;
  }

  /**
   * From where to read back what was pushed. All slices' samples lie in one topic, so that of those which only tell
   * how long a value has stood still a minute must do: an exporter that froze before is found out that much later.
   */
  readBackFrom(now: number, lastTick: number): number {
    return Math.max(
      this.askFrom(now, lastTick),
      Math.min(now, lastTick) - this.#reachMs - minuteMs,
    );
  }

  /** Ticks up to this one have their rows: what only they looked at is forgotten, once no poll brings it again. */
  closed(tick: number): void {
    const at = tick - this.#reachMs - minuteMs;
    for (const buffer of this.bySeries.values()) buffer.forgetBefore(at);
  }

  /** Takes what is new, in time order per series, and tells of each sample what became of it. */
  take(
    offered: readonly OfferedSeries[],
    now: number,
    tell: (intake: Intake) => void,
  ): readonly TakenSample[] {
    const taken: TakenSample[] = [];
    for (const { hash, labels, times, values } of offered) {
      const buffer = this.bySeries.get(hash);
      if (buffer === undefined) continue;
      times.forEach((at, index) => {
        const value = values[index] ?? Number.NaN;
        const intake = buffer.add(at, value, now);
        if (intake !== 'duplicate') tell(intake);
        if (intake === 'taken') taken.push({ series: hash, labels, at, value });
      });
    }
    this.#filled = true;
    return taken;
  }

  /** Whether a feature needs the series and nothing of that instant is there yet. */
  lacks(hash: string, at: number): boolean {
    return this.bySeries.get(hash)?.has(at) === false;
  }

  /** Takes one sample, or that its series has ended, and tells what became of it; nothing of a series that no feature needs. */
  offer(
    hash: string,
    { at, value, stale }: Pick<PushedSample, 'at' | 'value' | 'stale'>,
    now: number,
    tell: (intake: Intake) => void,
  ): void {
    const buffer = this.bySeries.get(hash);
    if (!stale) this.#filled = true;
    if (buffer === undefined) return;
    const intake = stale ? buffer.end(at, now) : buffer.add(at, value, now);
    // A sample comes more than once where polls overlap; that a series has ended is told once.
    if (stale || intake !== 'duplicate') tell(intake);
  }

  /** Whether every feature has a fresh sample at the tick. */
  freshAt(features: readonly IdentifiedFeature[], tick: number): boolean {
    return features.every(
      ({ feature }) =>
        featureAt(this.bySeries.get(feature.series), tick, feature).state === 'fresh',
    );
  }
}

/** A sample may reach the source so much later than its time. */
const overlapMs = 5000;
