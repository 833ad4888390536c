import { isDeepStrictEqual } from 'node:util';
import {
  type FeedStatus,
  type SliceInput,
  type SliceInputRow,
  type SliceState,
  topics,
} from '@slicecast/contracts';
import type { Clock, Log, Logger } from '@slicecast/platform';
import { assembleRow } from '../domain/assemble-row.ts';
import { type KpiIntake, KpiTicks } from '../domain/kpi-ticks.ts';
import type { PushedSample } from '../domain/parse-sample-message.ts';
import { SampleStore } from '../domain/sample-store.ts';
import type { Intake } from '../domain/series-buffer.ts';
import { tickGrid, ticksBetween } from '../domain/ticks.ts';
import { type IdentifiedFeature, unionFeatures } from '../domain/union-features.ts';
import type { ConfinedSource } from '../ports.ts';
import type { FeedCounts } from './feed-counts.ts';
import type { FeedHistory } from './feed-history.ts';
import { pollSlice } from './poll-slice.ts';
import { publishSamples } from './publish-samples.ts';

export interface SliceFeedOptions {
  /** The newest desired state; undefined once the slice is gone. */
  readonly slice: () => SliceState | undefined;
  readonly source: ConfinedSource;
  readonly log: Log;
  readonly history: FeedHistory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counts: FeedCounts;
  /** A tick closes so long after its instant at the latest. */
  readonly allowedLatenessMs: number;
  /** It reads other series from now on. */
  onFeatures(): void;
}

/** Pause between two questions while a tick waits for its samples. */
const retryMs = 250;
/** What is pushed is looked for more often: that costs nobody anything. */
const lookMs = 50;
/** After an outage of the feed, at most so many missed ticks are made up for. */
const maxMissedTicks = 3600;

/** The live feed of one slice: one row a tick, for as long as `run` lives. */
export class SliceFeed {
  readonly #options: SliceFeedOptions;
  #features: readonly IdentifiedFeature[] = [];
  #trained: SliceState['trained'] | undefined;
  #samples = new SampleStore([]);
  #kpi: KpiTicks | undefined;
  #lastTick = 0;
  #sourceError: string | null = null;
  #lastRow: SliceInputRow | undefined;

  constructor(options: SliceFeedOptions) {
    this.#options = options;
  }

  /** Makes rows until aborted; rejects when the log refuses them, to be run again by its owner. */
  async run(signal: AbortSignal): Promise<void> {
    const first = this.#options.slice();
    if (first === undefined) return;
    const position = await this.#options.history.position(first);
    this.#lastTick = position.lastTick;
    this.#kpi = new KpiTicks(tickGrid(first.sliceId, first.stepMs), {
      closedUntil: position.lastTick,
      firstRow: position.firstRow,
      recorded: position.kpiTicks,
    });
    for (const { at, value } of position.kpiSent) await this.#takeKpi(at, value);
    while (!signal.aborted) {
      const slice = this.#options.slice();
      if (slice === undefined) return;
      await this.#options.clock.waitUntil(this.#lastTick + slice.stepMs, signal);
      await this.#closeTicks(slice, signal);
    }
  }

  /** A KPI value that a tenant sent. */
  async offerKpi(at: number, value: number): Promise<void> {
    this.#options.counts.kpi(await this.#takeKpi(at, value));
  }

  /** Series that its features are made of. */
  series(): Iterable<string> {
    return this.#samples.bySeries.keys();
  }

  /** Whether a sample that was written to the log is news. */
  wants(hash: string, at: number): boolean {
    return this.#options.source.pushed && this.#samples.lacks(hash, at);
  }

  /** A sample that was written to the log. */
  offerSample(hash: string, sample: PushedSample): void {
    this.#offer(hash, sample, (intake) => this.#options.counts.sample(intake));
  }

  /** The same ahead of the log's way to it. What is refused comes that way too, and is counted then. */
  handOver(hash: string, sample: PushedSample): void {
    this.#offer(hash, sample, (intake) => {
      if (intake === 'taken' || intake === 'end') this.#options.counts.sample(intake);
    });
  }

  #offer(hash: string, sample: PushedSample, tell: (intake: Intake) => void): void {
    const { clock, source } = this.#options;
    if (source.pushed) this.#samples.offer(hash, sample, clock.now(), tell);
  }

  describe(): Omit<FeedStatus, 'sliceId' | 'running'> {
    const row = this.#lastRow;
    return {
      lastTick: row?.at ?? null,
      sourceError: this.#sourceError,
      kpi: row?.kpi ?? null,
      features: this.#features.map(({ id, feature }, index) => ({
        id,
        labels: feature.labels,
        state: row?.states[index] ?? null,
        sampledAt: row?.sampledAt[index] ?? null,
      })),
    };
  }

  async #closeTicks(slice: SliceState, signal: AbortSignal): Promise<void> {
    await this.#follow(slice);
    const ticks = ticksBetween(
      this.#lastTick,
      this.#options.clock.now(),
      tickGrid(slice.sliceId, slice.stepMs),
      maxMissedTicks,
    );
    const newest = ticks.at(-1);
    if (newest === undefined) return;
    await this.#gather(slice, newest, signal);
    for (const tick of ticks) {
      const row = assembleRow({
        slice,
        features: this.#features,
        samples: this.#samples.bySeries,
        at: tick,
        kpi: this.#kpi?.close(tick),
      });
      await this.#append(row);
      this.#lastTick = tick;
      this.#lastRow = row;
      this.#options.counts.row(row);
    }
    this.#samples.closed(newest);
  }

  /** Asks until every feature is fresh at the tick or its lateness is used up. */
  async #gather(slice: SliceState, tick: number, signal: AbortSignal): Promise<void> {
    const { clock, allowedLatenessMs, source } = this.#options;
    const deadline = tick + allowedLatenessMs;
    const pauseMs = source.pushed ? lookMs : retryMs;
    // Only a KPI's query is asked for where samples are pushed, and no more often than otherwise.
    let askAt = source.pushed && slice.kpi.query === undefined ? Number.POSITIVE_INFINITY : 0;
    while (!signal.aborted) {
      if (clock.now() >= askAt) {
        if (source.pushed) askAt = clock.now() + retryMs;
        await this.#poll(slice, signal);
      }
      if (this.#samples.freshAt(this.#features, tick) || clock.now() >= deadline) return;
      await clock.waitUntil(Math.min(clock.now() + pauseMs, deadline), signal);
    }
  }

  async #poll(slice: SliceState, signal: AbortSignal): Promise<void> {
    const { log, clock, counts } = this.#options;
    const now = clock.now();
    const answer = await this.#ask(slice, now, signal);
    if (answer === undefined) return;
    const taken = this.#samples.take(answer.series, now, (intake) => counts.sample(intake));
    await publishSamples(
      log,
      taken.filter(({ at }) => at > this.#lastTick),
    );
    for (const { at, value } of answer.kpi) {
      const intake = await this.#takeKpi(at, value);
      // Polls overlap, so that a duplicate is no news here.
      if (intake !== 'duplicate') counts.kpi(intake);
    }
  }

  /** The source's answer; undefined, told and counted, when there is none in time. */
  async #ask(slice: SliceState, now: number, signal: AbortSignal) {
    const { source, counts, logger, allowedLatenessMs } = this.#options;
    const limit = AbortSignal.timeout(Math.max(allowedLatenessMs, slice.stepMs));
    try {
      const answer = await pollSlice(source, {
        slice,
        features: this.#features,
        samplesFromMs: this.#samples.askFrom(now, this.#lastTick),
        kpiFromMs: this.#lastTick - 2 * slice.stepMs,
        toMs: now,
        signal: AbortSignal.any([signal, limit]),
      });
      this.#sourceError = null;
      return answer;
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#sourceError = error instanceof Error ? error.message : String(error);
      counts.pollError();
      logger.warn({ err: error, sliceId: slice.sliceId }, 'the live source did not answer');
      return undefined;
    }
  }

  async #takeKpi(at: number, value: number): Promise<KpiIntake | 'no-feed'> {
    const slice = this.#options.slice();
    if (slice === undefined || this.#kpi === undefined) return 'no-feed';
    const intake = this.#kpi.add(at, value, this.#options.clock.now());
    if (intake === 'late') {
      const { tenantId, sliceId } = slice;
      await this.#append({ kind: 'kpi', tenantId, sliceId, at: this.#kpi.tickOf(at), kpi: value });
    }
    return intake;
  }

  async #follow(slice: SliceState): Promise<void> {
    if (slice.trained === this.#trained) return;
    this.#trained = slice.trained;
    const features = unionFeatures(slice.trained);
    // Each state has objects of its own: a mere change of flavor leaves the samples as they are.
    if (isDeepStrictEqual(features, this.#features)) return;
    this.#features = features;
    this.#samples = new SampleStore(features);
    this.#options.onFeatures();
    if (this.#options.source.pushed) await this.#readBack();
  }

  /** What was written before this feed began, or before its features were these. */
  async #readBack(): Promise<void> {
    const { history, clock } = this.#options;
    await history.samples({
      series: this.series(),
      fromMs: this.#samples.readBackFrom(clock.now(), this.#lastTick),
      offer: (hash, sample) => this.offerSample(hash, sample),
    });
  }

  async #append(input: SliceInput): Promise<void> {
    const message = { key: String(input.sliceId), at: input.at, value: input };
    await this.#options.log.append(topics.sliceInputs, [message]);
  }
}
