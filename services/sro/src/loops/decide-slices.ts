import { type SliceDecision, type SliceForecast, topics } from '@slicecast/contracts';
import type { Log, Logger, Metrics, Subscription } from '@slicecast/platform';
import type { DecisionLog } from '../deciding-ports.ts';
import type { SliceStore } from '../ports.ts';
import { type DecideRoundOptions, decideRound } from './decide-round.ts';
import { type BatchFacts, readBatch } from './read-batch.ts';
import type { SliceDeciders } from './slice-deciders.ts';

export interface DecideSlicesOptions extends DecideRoundOptions {
  readonly log: Log;
  readonly slices: SliceStore;
  readonly decisionLog: DecisionLog;
  readonly deciders: SliceDeciders;
  readonly logger: Logger;
  readonly metrics: Metrics;
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
    for (const round of roundsOf(forecasts)) {
      const news = round.filter((forecast) => isNew(options, batch, forecast));
      made.push(...(await decideRound(options, batch, news)));
    }
    await decisionLog.append(made);
    for (const [sliceId, decider] of batch.deciders) deciders.remember(sliceId, decider);
  } catch (error) {
    // The log may have more than what is remembered, and the batch comes again.
    deciders.forget(sliceIds);
    throw error;
  }
  for (const decision of made) tell(options, decision);
}

/** What was decided before, or earlier than that, is not decided again. */
function isNew(
  { metrics }: DecideSlicesOptions,
  { slices, deciders }: BatchFacts,
  { sliceId, at }: SliceForecast,
): boolean {
  const known = slices.has(sliceId);
  const newest = deciders.get(sliceId)?.state.at ?? null;
  if (known && (newest === null || at > newest)) return true;
  const help = 'Forecasts that were not decided';
  metrics
    .counter('slicecast_forecasts_ignored_total', help, ['reason'])
    .inc({ reason: known ? 'already-decided' : 'unknown-slice' });
  return false;
}

/** The first ticks of all slices, then their second ones: in a round each slice has one. */
function roundsOf(forecasts: readonly SliceForecast[]): SliceForecast[][] {
  const rounds: SliceForecast[][] = [];
  const seen = new Map<number, number>();
  for (const forecast of forecasts) {
    const index = seen.get(forecast.sliceId) ?? 0;
    seen.set(forecast.sliceId, index + 1);
    const round = rounds[index];
    if (round === undefined) rounds.push([forecast]);
    else round.push(forecast);
  }
  return rounds;
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
