import type { Labels } from '@slicecast/contracts';
import { distractors } from './distractors.ts';
import { recordedKpi, recordedSeries } from './recorded-series.ts';
import { type Selector, selects } from './selector.ts';
import type { RecordedSeries } from './series.ts';
import { Timeline } from './timeline.ts';
import { readTrace, type Trace } from './trace.ts';

/** Samples of one series: epoch seconds beside values. */
export interface Samples {
  readonly labels: Labels;
  readonly points: readonly (readonly [second: number, value: number])[];
}

/** As Prometheus has it: an instant is answered by a sample up to five minutes old. */
const lookbackSeconds = 300;
/** A change of flavor takes so long to have its effect. */
export const changeSeconds = 3;

/** What was recorded, on one clock that is stepped or runs by itself. Nothing later than `now` is seen. */
export class Recording {
  readonly timeline: Timeline;
  readonly #traces: ReadonlyMap<number, Trace>;
  readonly #series: readonly RecordedSeries[];
  readonly #now: () => number;

  private constructor(traces: ReadonlyMap<number, Trace>, liveStart: number, now: () => number) {
    this.#traces = traces;
    this.timeline = new Timeline(traces, liveStart);
    this.#series = [...recordedSeries(traces), ...distractors(traces, this.timeline)];
    this.#now = now;
  }

  /** `liveStart`: epoch seconds; `now`: epoch ms. */
  static async open(liveStart: number, now: () => number): Promise<Recording> {
    const traces = await Promise.all([1, 2].map(readTrace));
    const byFlavor = new Map(traces.map((trace) => [trace.flavorId, trace]));
    return new Recording(byFlavor, liveStart, now);
  }

  get nowSeconds(): number {
    return this.#now() / 1000;
  }

  get flavorInForce(): number {
    return this.timeline.flavorAt(Math.floor(this.nowSeconds));
  }

  /** Gives the second from which the flavor is what is seen. */
  switchTo(flavorId: number): number {
    const from = Math.floor(this.nowSeconds) + changeSeconds;
    this.timeline.switchTo(flavorId, from);
    return from;
  }

  /** The KPI that the tenant measures at that second; undefined where it was not measured. */
  kpiAt(second: number): number | undefined {
    const moment = this.timeline.momentAt(second);
    return moment === undefined ? undefined : recordedKpi(this.#traces, moment);
  }

  /** What the KPI would be at that second under that flavor. */
  kpiUnder(flavorId: number, second: number): number | undefined {
    const moment = this.timeline.momentAt(second);
    return moment === undefined ? undefined : recordedKpi(this.#traces, { ...moment, flavorId });
  }

  /** Labels of the series that have a sample in [from, to], seconds. */
  labels(selectors: readonly Selector[], from: number, to: number): readonly Labels[] {
    return this.#series
      .filter(({ labels }) => selectors.some((selector) => selects(selector, labels)))
      .filter((series) => this.#hasSample(series, from, to))
      .map(({ labels }) => labels);
  }

  /** Raw samples in (from, to], seconds. */
  samples(selector: Selector, from: number, to: number): readonly Samples[] {
    return this.#collect(selector, (series) => {
      const points: [number, number][] = [];
      const until = Math.floor(Math.min(to, this.nowSeconds));
      for (let second = Math.floor(from) + 1; second <= until; second += 1) {
        const value = this.#sample(series, second);
        if (value !== undefined) points.push([second, value]);
      }
      return points;
    });
  }

  /** The newest sample within the look-back, at each instant, seconds. */
  atInstants(selector: Selector, instants: readonly number[]): readonly Samples[] {
    return this.#collect(selector, (series) =>
      instants.flatMap((instant): [number, number][] => {
        const value = this.#newest(series, Math.min(instant, this.nowSeconds), instant);
        return value === undefined ? [] : [[instant, value]];
      }),
    );
  }

  #collect(selector: Selector, pointsOf: (series: RecordedSeries) => [number, number][]) {
    return this.#series
      .filter(({ labels }) => selects(selector, labels))
      .map((series) => ({ labels: series.labels, points: pointsOf(series) }))
      .filter(({ points }) => points.length > 0);
  }

  #newest(series: RecordedSeries, from: number, instant: number): number | undefined {
    for (let second = Math.floor(from); second > instant - lookbackSeconds; second -= 1) {
      const value = this.#sample(series, second);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #hasSample(series: RecordedSeries, from: number, to: number): boolean {
    const until = Math.floor(Math.min(to, this.nowSeconds));
    const first = this.timeline.profiles.get(1)?.start ?? until;
    for (let second = Math.max(Math.ceil(from), first); second <= until; second += 1) {
      if (this.#sample(series, second) !== undefined) return true;
    }
    return false;
  }

  #sample(series: RecordedSeries, second: number): number | undefined {
    const moment = this.timeline.momentAt(second);
    return moment === undefined ? undefined : series.valueAt(second, moment);
  }
}
