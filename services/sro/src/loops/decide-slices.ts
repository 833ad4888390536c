import {
  type ChangeFact,
  type SliceDecision,
  type SliceForecast,
  type SliceState,
  topics,
} from '@slicecast/contracts';
import type { Clock, Log, Logger, Metrics, Subscription } from '@slicecast/platform';
import type {
  ChangeStore,
  DecisionLog,
  DecisionStore,
  VerificationStore,
} from '../deciding-ports.ts';
import { changeSeconds } from '../domain/change-seconds.ts';
import { type Decided, decide } from '../domain/decide.ts';
import { parseDeciderState } from '../domain/decider-state.ts';
import type { SliceStore } from '../ports.ts';
import { type BatchFacts, readBatch } from './read-batch.ts';
import type { SliceDecider, SliceDeciders } from './slice-deciders.ts';

/** A change by hand may come between reading the past changes and asking for one: then it is decided anew. */
const MAX_TRIES = 3;

export interface DecideSlicesOptions {
  readonly log: Log;
  readonly slices: SliceStore;
  readonly changes: ChangeStore;
  readonly verifications: VerificationStore;
  readonly decisions: DecisionStore;
  readonly decisionLog: DecisionLog;
  readonly deciders: SliceDeciders;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** What a change takes before one was measured. */
  readonly startChangeSeconds: number;
  readonly maxDecisionAgeMs: number;
  /** A change was requested: whoever carries changes out may look now. */
  onRequested(): void;
}

/**
 * Decides every tick of `slice-forecasts`. Of a batch: database, then log, then the offset; every
 * step may be done again. A tick that was decided is ignored; one whose change is in the database already is
 * recorded as it was decided then, not decided anew under a flavor that may have changed since.
 */
export function decideSlices(options: DecideSlicesOptions): Promise<Subscription> {
  const { log, deciders } = options;
  return log.subscribe({
    group: 'sro-decide',
    topic: topics.sliceForecasts,
    onAssigned: async () => deciders.forget(),
    onRevoked: async () => deciders.forget(),
    onBatch: (records) => {
      const forecasts = records.map(({ value }) => value);
      const sliceIds = [...new Set(forecasts.map(({ sliceId }) => sliceId))];
      return deciders.alone(sliceIds, () => decideTicks(options, sliceIds, forecasts));
    },
  });
}

/** Slices side by side, the ticks of each in their order; what is known of all of them is read at once. */
async function decideTicks(
  options: DecideSlicesOptions,
  sliceIds: readonly number[],
  forecasts: readonly SliceForecast[],
): Promise<void> {
  const { deciders, decisionLog } = options;
  const made: SliceDecision[] = [];
  try {
    const batch = await readBatch(options, sliceIds, forecasts);
    for (const forecast of forecasts) {
      const decision = await decideTick(options, batch, forecast);
      if (decision !== null) made.push(decision);
    }
    await decisionLog.append(made);
  } catch (error) {
    // What is remembered may be ahead of the log, and the batch comes again.
    deciders.forget(sliceIds);
    throw error;
  }
  for (const decision of made) tell(options, decision);
}

function tell({ metrics, logger }: DecideSlicesOptions, decision: SliceDecision): void {
  const { sliceId, action, reason, numbers, verification } = decision;
  const help = 'How long after its tick a forecast was decided';
  if (typeof numbers.ageSeconds === 'number') {
    metrics.histogram('slicecast_decision_age_seconds', help).observe(numbers.ageSeconds);
  }
  metrics
    .counter('slicecast_decisions_total', 'Ticks decided', ['action', 'reason'])
    .inc({ action, reason });
  if (verification === undefined || verification.verdict === null) return;
  const { verdict } = verification;
  const helpVerified = 'Changes by what the KPI said of them';
  metrics.counter('slicecast_changes_verified_total', helpVerified, ['verdict']).inc({ verdict });
  const message = `change verified: ${verdict}`;
  if (verdict === 'worse') logger.warn({ sliceId, ...verification, numbers }, message);
  else logger.info({ sliceId, ...verification }, message);
}

async function decideTick(
  options: DecideSlicesOptions,
  batch: BatchFacts,
  forecast: SliceForecast,
): Promise<SliceDecision | null> {
  const { deciders } = options;
  const slice = batch.slices.get(forecast.sliceId);
  if (slice === undefined) return ignored(options, 'unknown-slice');
  const decider = await deciders.load(slice, forecast.at);
  const { at } = decider.state;
  if (at !== null && forecast.at <= at) return ignored(options, 'already-decided');
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { decision, state } = await decideOnce(options, batch, forecast, slice, decider);
    const durable = await isDurable(options, decision, decider);
    if (!durable || touchesChanges(decision)) batch.forgetHistory(slice.sliceId);
    if (!durable) continue;
    deciders.remember(slice.sliceId, { state, last: decision });
    return decision;
  }
  throw new Error(`changes by hand keep coming between the decisions of slice ${slice.sliceId}`);
}

async function decideOnce(
  options: DecideSlicesOptions,
  batch: BatchFacts,
  forecast: SliceForecast,
  slice: SliceState,
  decider: SliceDecider,
): Promise<Decided> {
  const { decisions, clock } = options;
  const history = await batch.history(forecast);
  const id = `${slice.sliceId}-${forecast.at}`;
  if (history.facts.some((fact) => fact.id === id)) {
    const decision = await decisions.get(id);
    const state = parseDeciderState(decision?.state);
    if (decision !== undefined && state !== null) return { decision, state };
  }
  return decide({
    forecast,
    slice,
    state: decider.state,
    changeSeconds: changeSeconds(history.measured, options.startChangeSeconds),
    ageSeconds: Math.max(0, clock.now() - forecast.at) / 1000,
    maxAgeSeconds: options.maxDecisionAgeMs / 1000,
    changes: history.facts.map((fact) => asBefore(fact, forecast.at)),
  });
}

/** A tick that comes again after a crash may have ended a verification: it does so again, and says so. */
function asBefore(fact: ChangeFact, at: number): ChangeFact {
  if (fact.status !== 'verified' || fact.verdict === 'overtaken' || fact.endedAt !== at)
    return fact;
  return { ...fact, status: 'verifying', endedAt: null, verdict: null };
}

/** Writes what the database keeps of the decision; false when another change came in between. */
async function isDurable(
  { changes, verifications, decisions, onRequested }: DecideSlicesOptions,
  decision: SliceDecision,
  { last }: SliceDecider,
): Promise<boolean> {
  const origin = decision.reason === 'worse-than-forecast' ? 'revert' : 'decision';
  if (decision.verification !== undefined && origin === 'decision') {
    await verifications.advance(decision.verification, decision.at);
  }
  if (asksForChange(decision)) {
    const requested = await changes.request(decision, origin);
    if (requested.outcome === 'created') onRequested();
    return requested.outcome !== 'in-progress';
  }
  if (last === null || isNews(decision, last)) await decisions.record(decision);
  return true;
}

function touchesChanges(decision: SliceDecision): boolean {
  return asksForChange(decision) || decision.verification !== undefined;
}

function asksForChange({ action, mode }: SliceDecision): boolean {
  return action === 'change' && mode === 'auto';
}

function isNews(decision: SliceDecision, last: SliceDecision): boolean {
  return (
    decision.action !== last.action ||
    decision.reason !== last.reason ||
    decision.toFlavor !== last.toFlavor
  );
}

function ignored({ metrics }: DecideSlicesOptions, reason: string): null {
  const help = 'Forecasts that were not decided';
  metrics.counter('slicecast_forecasts_ignored_total', help, ['reason']).inc({ reason });
  return null;
}
