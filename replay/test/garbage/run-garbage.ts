import type { ChangeFact, SliceDecision, SliceForecast, SliceState } from '@slicecast/contracts';
import { createSliceForecaster } from '@slicecast/forecasting/domain/slice-forecaster.ts';
import { type DecideInput, decide } from '@slicecast/sro/domain/decide.ts';
import { decideOnSilence } from '@slicecast/sro/domain/decide-on-silence.ts';
import { type DeciderState, initialDeciderState } from '@slicecast/sro/domain/decider-state.ts';
import { factsAfter, factsFailed, factsInForce } from '@slicecast/sro/domain/past-changes.ts';
import { type Recording, rowAt } from '../../src/recording/recording.ts';
import type { Models } from '../../src/run/train-models.ts';
import type { FaultyFeed } from './faulty-feed.ts';

/** One run: what was decided at each tick, with what came in. */
export interface GarbageRun {
  readonly ticks: readonly {
    readonly at: number;
    readonly message: SliceForecast;
    readonly decision: SliceDecision;
    readonly deadColumns: number;
    /** The fallback that was due at this tick. */
    readonly fallback: SliceDecision | null;
  }[];
  /** Changes that were asked for, ascending. */
  readonly changes: readonly ChangeFact[];
  /** Of every fourth tick: those at which the same input, by way of JSON, gave another decision. */
  readonly unequal: number;
}

interface Pending {
  readonly tick: number;
  readonly to: number;
}

export interface GarbageOptions {
  readonly recording: Recording;
  readonly models: Models;
  readonly slice: SliceState;
  readonly feed: FaultyFeed;
  readonly begin: number;
  readonly ticks: number;
  readonly changeSeconds: number;
  /** Whether the change asked for at that tick fails. */
  fails(tick: number): boolean;
  /** Whether a KPI is observed at that tick. */
  kpiAt(tick: number): boolean;
  /** What makes the KPI of that flavor other than it was learned. */
  kpiFactor(flavorId: number): number;
  /** How old the forecast is when it is decided, seconds. */
  ageSeconds(tick: number): number;
  /** What a tick's forecaster knew of the slice: one that lags behind speaks of an earlier epoch. */
  lags(tick: number): boolean;
}

/** Samples → rows → forecaster → decider → changes, as the services chain them, without log and database. */
export function runGarbage(options: GarbageOptions): GarbageRun {
  const { recording, feed, begin, changeSeconds } = options;
  const forecaster = createSliceForecaster(options);
  const first = begin - Math.ceil(forecaster.windowMs / recording.stepMs);
  for (let index = Math.max(0, first); index < begin; index += 1) {
    forecaster.warm(rowAt(recording, index, options.slice));
  }
  let slice = options.slice;
  let state: DeciderState = initialDeciderState(slice.policy);
  let facts: readonly ChangeFact[] = [];
  let pending: Pending | null = null as Pending | null;
  const ticks: GarbageRun['ticks'][number][] = [];
  let unequal = 0;
  const request = (tick: number, decision: SliceDecision) => {
    if (decision.mode !== 'auto') return;
    facts = factsAfter(facts, decision);
    if (decision.action === 'change') pending = { tick, to: decision.toFlavor };
  };
  for (let tick = 0; tick < options.ticks; tick += 1) {
    const at = recording.at[begin + tick] ?? Number.NaN;
    if (pending !== null && tick >= pending.tick + changeSeconds) {
      const failed = options.fails(pending.tick);
      facts = failed ? factsFailed(facts, at) : factsInForce(facts, at);
      if (!failed)
        slice = { ...slice, flavorInForce: pending.to, flavorSince: at, epoch: slice.epoch + 1 };
      pending = null;
    }
    const known = options.lags(tick) ? { ...slice, epoch: slice.epoch + 7 } : slice;
    const row = feed.row(tick, known, options.kpiAt(tick));
    if (row.kpi !== undefined) row.kpi *= options.kpiFactor(slice.flavorInForce);
    const message = forecaster.step(row, slice);
    // The same row once more is an old tick, and says nothing.
    if (message === null || forecaster.step(row, slice) !== null)
      throw new Error('a tick was not taken once');
    const input: DecideInput = {
      forecast: message,
      slice,
      state,
      changes: facts,
      changeSeconds,
      ageSeconds: options.ageSeconds(tick),
      maxAgeSeconds: 10,
    };
    const told = tick % 4 === 0 ? JSON.stringify(input) : null;
    const { decision, state: after } = decide(input);
    if (told !== null) {
      const again = decide(JSON.parse(told) as DecideInput);
      if (JSON.stringify(again) !== JSON.stringify({ decision, state: after })) unequal += 1;
    }
    state = after;
    request(tick, decision);
    const silent = decideOnSilence({
      slice,
      state,
      now: at,
      watchingSince: recording.at[begin] ?? 0,
      changes: facts,
    });
    if (silent !== null) {
      state = silent.state;
      request(tick, silent.decision);
    }
    const deadColumns = feed.deadColumns(tick);
    ticks.push({ at, message, decision, deadColumns, fallback: silent?.decision ?? null });
  }
  return { ticks, changes: facts, unequal };
}
