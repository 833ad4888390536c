import type { ForecastingStatus, SliceForecast, SliceState } from '@slicecast/contracts';
import type { RunStatus } from '../loops/slice-run.ts';
import type { FoundRun } from '../loops/slice-runs.ts';
import { describeRetraining, type RetrainingFacts } from './describe-retraining.ts';

/** A slice's forecasting in words and numbers; what it does not do comes with the reason and the remedy. */
export function describeSlice(
  slice: SliceState,
  found: FoundRun | undefined,
  retraining: RetrainingFacts,
): Omit<ForecastingStatus, 'counts'> {
  const status = found?.run?.status();
  const last = status?.lastMessage ?? null;
  return {
    sliceId: slice.sliceId,
    ...stateOf(slice, found, retraining),
    window: windowOf(slice, status),
    models: slice.trained.map(({ flavorId, modelId }) => ({ flavorId, modelId })),
    lastTick: last?.at ?? null,
    inputQuality: last?.inputQuality ?? null,
    live: status?.live ?? null,
    contests: (status?.contests ?? []).map((contest) => ({
      ...contest,
      standings: [...contest.standings],
    })),
    retraining: retraining.newest?.job ?? null,
    challengerTimeRatio: timeRatio(status),
  };
}

function timeRatio(status: RunStatus | undefined): number | null {
  if (status === undefined || status.work.stepMs === 0) return null;
  return status.work.challengerMs / status.work.stepMs;
}

type State = Pick<ForecastingStatus, 'state' | 'reason'>;

function stateOf(
  slice: SliceState,
  found: FoundRun | undefined,
  retraining: RetrainingFacts,
): State {
  const status = found?.run?.status();
  if (slice.trained.length === 0) {
    return { state: 'untrained', reason: 'no flavor has a model: send a Y file to its profile' };
  }
  if (!slice.forecasting) {
    return { state: 'off', reason: `POST /slice/${slice.sliceId}/start_sla_forecast starts it` };
  }
  if (found?.trouble !== undefined && found.run === undefined) {
    return { state: 'broken', reason: `${found.trouble}; profile the flavors anew` };
  }
  const last = status?.lastMessage ?? null;
  if (status === undefined || last === null) {
    return { state: 'waiting-for-rows', reason: 'no row has come: look at the feed of ima' };
  }
  if (!hasModel(slice, last.flavorInForce)) {
    const reason = `flavor ${last.flavorInForce} is in force and has no model: send a Y file to its profile`;
    return { state: 'untrained', reason };
  }
  if (last.inputQuality === 'bad') {
    const reason = `too few features are usable: ${featureStates(last)}`;
    return { state: 'bad-input', reason };
  }
  const warmingUp = warmUpReason(status, last);
  if (warmingUp !== undefined) return { state: 'warming-up', reason: warmingUp };
  const drift = driftReason(found, status, last, retraining);
  if (drift !== undefined) return { state: 'drift', reason: drift };
  return { state: 'forecasting', reason: shortcoming(slice, found, status, last) };
}

function hasModel({ trained }: SliceState, flavor: number): boolean {
  return trained.some(({ flavorId }) => flavorId === flavor);
}

function featureStates(last: SliceForecast): string {
  const states = Object.entries(Object.groupBy(last.inputStates, (state) => state));
  return states.map(([state, all]) => `${all?.length ?? 0} ${state}`).join(', ');
}

function warmUpReason(status: RunStatus, last: SliceForecast): string | undefined {
  if (ownForecast(last) === undefined) {
    const { have, need } = status.rows;
    return `there is no forecast for the flavor in force yet: ${have} of ${need} rows of its window have come`;
  }
  if (kpiStaysAway(status) || !lacksKpi(status)) return undefined;
  const { have, need } = status.knownKpi ?? { have: 0, need: 0 };
  return `the KPI's past under this flavor has ${have} of ${need} ticks; until then forecasts come from the load alone`;
}

/** Of the flavor in force; another one's drift cannot be seen while it is not. */
function driftReason(
  found: FoundRun | undefined,
  { contests }: RunStatus,
  last: SliceForecast,
  retraining: RetrainingFacts,
): string | undefined {
  const own = ownForecast(last);
  if (own?.drift === undefined) return undefined;
  const { flavorId, modelId, champion: mode, gated } = own;
  const { since, inCharge } = own.drift;
  const contest = contests.find((one) => one.flavorId === flavorId && one.mode === mode);
  const champion = contest?.standings.find(({ role }) => role === 'champion')?.model ?? inCharge;
  const head = `since ${new Date(since).toISOString()} the champion of flavor ${flavorId}, ${champion}, does worse than in training`;
  const who =
    inCharge === champion ? 'no other does better' : `${inCharge} does best and is in charge`;
  const skill = gated
    ? 'it beats the baselines'
    : 'it does not beat the baselines, so nothing acts on the forecasts';
  const model = found?.run?.models.get(flavorId)?.model;
  if (model === undefined) return `${head}; ${who}; ${skill}`;
  const told = describeRetraining(retraining, { modelId, model, since, now: last.at });
  return `${head}; ${who}; ${skill}; ${told}`;
}

/** Why it does not forecast as well as it could; null when it does. */
function shortcoming(
  slice: SliceState,
  found: FoundRun | undefined,
  status: RunStatus,
  last: SliceForecast,
): string | null {
  if (found?.trouble !== undefined) return found.trouble;
  const ungated = last.forecasts.filter(({ gated }) => !gated).map(({ flavorId }) => flavorId);
  if (ungated.length > 0) {
    return `nothing acts on the forecasts of flavor ${ungated.join(', ')}: the model does not beat its baselines`;
  }
  if (kpiStaysAway(status) && lacksKpi(status)) {
    return `no KPI comes, so forecasts come from the load alone: POST /api/v1/slices/${slice.sliceId}/kpi takes it`;
  }
  if (last.inputQuality === 'fresh') return null;
  return `intervals are wider, because some features are not usable: ${featureStates(last)}`;
}

function windowOf(slice: SliceState, status: RunStatus | undefined): ForecastingStatus['window'] {
  const last = status?.lastMessage ?? null;
  if (status === undefined || last === null || !hasModel(slice, last.flavorInForce)) return null;
  const known = ownForecast(last) === undefined ? status.rows : status.knownKpi;
  if (known === null || (known === status.knownKpi && kpiStaysAway(status))) return null;
  const missing = Math.max(0, known.need - known.have);
  return { ...known, etaSeconds: (missing * slice.stepMs) / 1000 };
}

function lacksKpi({ knownKpi }: RunStatus): boolean {
  return knownKpi !== null && knownKpi.have < knownKpi.need;
}

/** For longer than the champion with the KPI's past looks back. */
function kpiStaysAway({ knownKpi, rowsWithoutKpi }: RunStatus): boolean {
  return knownKpi !== null && rowsWithoutKpi > knownKpi.need;
}

function ownForecast({ forecasts }: SliceForecast) {
  return forecasts.find(({ counterfactual }) => !counterfactual);
}
