import type { SliceState } from '@slicecast/contracts';
import type { Clock, Logger, Metrics } from '@slicecast/platform';
import type { ChangeStore, DecisionLog, DecisionStore } from '../deciding-ports.ts';
import type { Decided } from '../domain/decide.ts';
import { decideOnSilence } from '../domain/decide-on-silence.ts';
import { type DeciderState, parseDeciderState } from '../domain/decider-state.ts';
import type { ChangeHistory } from '../domain/history-at.ts';
import type { SliceStore } from '../ports.ts';
import { HISTORY_MS } from './read-batch.ts';
import type { SliceDeciders } from './slice-deciders.ts';

export interface WatchSilenceOptions {
  readonly slices: SliceStore;
  readonly changes: ChangeStore;
  readonly decisions: DecisionStore;
  readonly decisionLog: DecisionLog;
  readonly deciders: SliceDeciders;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How often the slices are looked at, on the clock port. */
  readonly periodMs: number;
  onRequested(): void;
}

/**
 * Looks for slices whose input has stayed away and brings them to their safe flavor, once. It runs on
 * the clock port: in a replay silence is what the replayed time says. Ends when the signal is aborted.
 */
export async function watchSilence(
  options: WatchSilenceOptions,
  signal: AbortSignal,
): Promise<void> {
  const { clock, logger, metrics, periodMs } = options;
  const watchingSince = new Map<number, number>();
  while (!signal.aborted) {
    const begun = clock.now();
    try {
      await lookAtAll(options, watchingSince);
      await clock.waitUntil(begun + periodMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      logger.error({ err: error }, 'silence could not be watched');
      const help = 'Runs of a loop that failed';
      metrics.counter('slicecast_loop_errors_total', help, ['loop']).inc({ loop: 'watch-silence' });
      await clock.waitUntil(clock.now() + periodMs, signal).catch(() => undefined);
    }
  }
}

async function lookAtAll(
  options: WatchSilenceOptions,
  watchingSince: Map<number, number>,
): Promise<void> {
  const { slices, clock, deciders } = options;
  const watched = [...(await slices.newest()).values()].filter(isWatched);
  const ids = new Set(watched.map((slice) => slice.sliceId));
  for (const sliceId of watchingSince.keys()) {
    // Watched again, it gets the whole time again: nothing came in because nothing was wanted.
    if (!ids.has(sliceId)) watchingSince.delete(sliceId);
  }
  const now = clock.now();
  for (const id of ids) if (!watchingSince.has(id)) watchingSince.set(id, now);
  await deciders.alone([...ids], () => deciders.recall(watched, now));
  for (const slice of watched) {
    const since = watchingSince.get(slice.sliceId) ?? now;
    await deciders.alone([slice.sliceId], () => lookAt(options, slice, since));
  }
}

function isWatched(slice: SliceState): boolean {
  const { silenceSeconds, safeFlavor } = slice.policy;
  const wanted = silenceSeconds !== undefined && safeFlavor !== undefined;
  return wanted && slice.forecasting && !slice.paused && !slice.deleted;
}

async function lookAt(
  options: WatchSilenceOptions,
  slice: SliceState,
  watchingSince: number,
): Promise<void> {
  const { changes, deciders, clock } = options;
  const now = clock.now();
  const remembered = await deciders.load(slice, now);
  const silence = { slice, now, watchingSince };
  if (decideOnSilence({ ...silence, state: remembered.state, changes: [] }) === null) return;
  // Another process may own the slice and know of input: the log tells, before anything is done.
  deciders.forget([slice.sliceId]);
  const { state } = await deciders.load(slice, now);
  const { facts } = await changes.history(slice.sliceId, now - HISTORY_MS);
  const decided = decideOnSilence({ ...silence, state, changes: facts });
  if (decided !== null) await carry(options, decided);
  else if (state.silenceDecidedAt === null) await recover(options, slice.sliceId, facts, state);
}

/** A crash after the change was requested kept its decision from the log: it is in the database. */
async function recover(
  options: WatchSilenceOptions,
  sliceId: number,
  facts: ChangeHistory['facts'],
  { lastUsableAt }: DeciderState,
): Promise<void> {
  const lost = facts.find(
    ({ origin, at }) => origin === 'silence' && (lastUsableAt === null || at > lastUsableAt),
  );
  const decision = lost && (await options.decisions.get(lost.id));
  const state = parseDeciderState(decision?.state);
  if (decision === undefined || state === null) return;
  await options.decisionLog.append([decision]);
  options.deciders.remember(sliceId, { state, last: decision });
}

/** Database, then log, as for a tick. Another change in between: it is looked at again after it. */
async function carry(options: WatchSilenceOptions, { decision, state }: Decided): Promise<void> {
  const { changes, decisions, decisionLog, deciders, logger, onRequested } = options;
  const { sliceId, numbers } = decision;
  if (decision.action === 'change' && decision.mode === 'auto') {
    const { outcome } = await changes.request(decision, 'silence');
    if (outcome === 'in-progress') return;
    onRequested();
  } else {
    await decisions.record(decision);
  }
  await decisionLog.append([decision]);
  deciders.remember(sliceId, { state, last: decision });
  logger.warn({ sliceId, toFlavor: decision.toFlavor, numbers }, 'no usable input: safe flavor');
}
