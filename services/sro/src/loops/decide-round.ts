import type { ChangeFact, SliceDecision, SliceForecast } from '@slicecast/contracts';
import type { Clock } from '@slicecast/platform';
import type { ChangeStore, DecisionStore, Outcome, OutcomeStore } from '../deciding-ports.ts';
import { changeSeconds } from '../domain/change-seconds.ts';
import { type Decided, decide } from '../domain/decide.ts';
import { parseDeciderState } from '../domain/decider-state.ts';
import { type BatchFacts, readAgain } from './read-batch.ts';
import type { SliceDecider } from './slice-deciders.ts';

/** A change by hand may come between reading the past changes and asking for one: then it is decided anew. */
const MAX_TRIES = 3;

export interface DecideRoundOptions {
  readonly changes: ChangeStore;
  readonly outcomes: OutcomeStore;
  readonly decisions: DecisionStore;
  readonly clock: Clock;
  /** What a change takes before one was measured. */
  readonly startChangeSeconds: number;
  readonly maxDecisionAgeMs: number;
  /** A change was requested: whoever carries changes out may look now. */
  onRequested(): void;
}

/** A tick that is decided, and what of it is still to be written. */
interface Pending {
  readonly forecast: SliceForecast;
  readonly decided: Decided;
  /** Null where the database has it from before a crash. */
  readonly outcome: Outcome | null;
}

/**
 * Decides one tick of each of several slices, and writes what the database keeps of all of them at once. Resolves when
 * that is durable; the batch's facts are then those after these ticks.
 */
export async function decideRound(
  options: DecideRoundOptions,
  batch: BatchFacts,
  forecasts: readonly SliceForecast[],
): Promise<SliceDecision[]> {
  const made: SliceDecision[] = [];
  let left = forecasts;
  for (let tries = 0; tries < MAX_TRIES && left.length > 0; tries += 1) {
    await readAgain(options, batch, left);
    const pending: Pending[] = [];
    for (const forecast of left) pending.push(await decideTick(options, batch, forecast));
    const kept = await keep(options, pending);
    for (const { forecast, decided } of pending) {
      const { sliceId } = forecast;
      const { decision, state } = decided;
      if (touchesChanges(decision) || !kept.has(forecast)) batch.histories.delete(sliceId);
      if (!kept.has(forecast)) continue;
      batch.deciders.set(sliceId, { state, last: decision });
      made.push(decision);
    }
    left = left.filter((forecast) => !kept.has(forecast));
  }
  if (left.length === 0) return made;
  const ids = left.map(({ sliceId }) => sliceId).join(', ');
  throw new Error(`changes by hand keep coming between the decisions of slices ${ids}`);
}

async function decideTick(
  options: DecideRoundOptions,
  batch: BatchFacts,
  forecast: SliceForecast,
): Promise<Pending> {
  const { sliceId, at } = forecast;
  const slice = batch.slices.get(sliceId);
  const decider = batch.deciders.get(sliceId);
  const history = batch.histories.get(sliceId);
  if (slice === undefined || decider === undefined || history === undefined) {
    throw new Error(`slice ${sliceId} was not read with its batch`);
  }
  const id = `${sliceId}-${at}`;
  if (history.facts.some((fact) => fact.id === id)) {
    const decision = await options.decisions.get(id);
    const state = parseDeciderState(decision?.state);
    if (decision !== undefined && state !== null) {
      return { forecast, decided: { decision, state }, outcome: null };
    }
  }
  const decided = decide({
    forecast,
    slice,
    state: decider.state,
    changeSeconds: changeSeconds(history.measured, options.startChangeSeconds),
    ageSeconds: Math.max(0, options.clock.now() - at) / 1000,
    maxAgeSeconds: options.maxDecisionAgeMs / 1000,
    changes: history.facts.map((fact) => asBefore(fact, at)),
  });
  return { forecast, decided, outcome: outcomeOf(decided.decision, decider, history.version) };
}

/** A tick that comes again after a crash may have ended a verification: it does so again, and says so. */
function asBefore(fact: ChangeFact, at: number): ChangeFact {
  if (fact.status !== 'verified' || fact.verdict === 'overtaken' || fact.endedAt !== at)
    return fact;
  return { ...fact, status: 'verifying', endedAt: null, verdict: null };
}

function outcomeOf(
  decision: SliceDecision,
  { last }: SliceDecider,
  historyVersion: number,
): Outcome {
  const change = asksForChange(decision) ? 'decision' : null;
  const news = change === null && (last === null || isNews(decision, last));
  return { decision, change, news, historyVersion };
}

/** Those whose decision is durable; the others met a change that they do not know of. */
async function keep(
  options: DecideRoundOptions,
  pending: readonly Pending[],
): Promise<Set<SliceForecast>> {
  const kept = new Set<SliceForecast>();
  const toWrite: Outcome[] = [];
  for (const { outcome } of pending) {
    if (outcome !== null && !isRevert(outcome.decision) && leavesSomething(outcome))
      toWrite.push(outcome);
  }
  const created = toWrite.length === 0 ? new Set<string>() : await options.outcomes.keep(toWrite);
  if (created.size > 0) options.onRequested();
  for (const { forecast, outcome } of pending) {
    if (outcome === null || (await isKept(options, outcome, created))) kept.add(forecast);
  }
  return kept;
}

async function isKept(
  { changes, onRequested }: DecideRoundOptions,
  { decision, change }: Outcome,
  created: ReadonlySet<string>,
): Promise<boolean> {
  if (change === null) return true;
  if (!isRevert(decision)) return created.has(decision.id);
  const requested = await changes.request(decision, 'revert');
  if (requested.outcome === 'created') onRequested();
  return requested.outcome !== 'in-progress';
}

function leavesSomething({ decision, change, news }: Outcome): boolean {
  return change !== null || news || decision.verification !== undefined;
}

function touchesChanges(decision: SliceDecision): boolean {
  return asksForChange(decision) || decision.verification !== undefined;
}

function asksForChange({ action, mode }: SliceDecision): boolean {
  return action === 'change' && mode === 'auto';
}

function isRevert({ reason }: SliceDecision): boolean {
  return reason === 'worse-than-forecast';
}

function isNews(decision: SliceDecision, last: SliceDecision): boolean {
  return (
    decision.action !== last.action ||
    decision.reason !== last.reason ||
    decision.toFlavor !== last.toFlavor
  );
}
