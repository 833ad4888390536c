import type { FeedStatus, ForecastingStatus, SliceState } from '@slicecast/contracts';
import type { ProfileJob } from '../ports.ts';

/** What a slice does now, in one sentence, and what it lacks to do its whole job. */
export interface Readiness {
  readonly does: string;
  readonly ready: boolean;
  readonly missing: string[];
}

export interface ReadinessFacts {
  readonly state: SliceState;
  readonly jobs: readonly ProfileJob[];
  readonly feed: FeedStatus | null;
  readonly forecasting: ForecastingStatus | null;
  /** Services that did not answer, with what they or the network said. */
  readonly unreachable: readonly string[];
}

export function readinessOf(facts: ReadinessFacts): Readiness {
  const missing = [
    ...missingModels(facts),
    ...missingStarts(facts),
    ...missingInput(facts),
    ...missingWarmth(facts),
    ...facts.unreachable.map((service) => `not known, as a service does not answer: ${service}`),
  ];
  return { does: doesOf(facts), ready: missing.length === 0, missing };
}

function doesOf({ state, jobs, forecasting }: ReadinessFacts): string {
  const running = jobs.filter(({ status }) => status === 'running');
  const [job] = running;
  if (state.paused) return 'is paused: forecasts go on, no change is made';
  if (state.forecasting && forecasting?.lastTick != null) {
    return state.mode === 'auto'
      ? 'forecasts and changes its flavor by its policy'
      : 'forecasts and recommends: start_orchestration lets it act';
  }
  if (job !== undefined) {
    return `profiles flavor ${job.flavorId}: ${job.step}, ${Math.round(job.progressPercent)} %`;
  }
  return state.forecasting ? 'waits for its first row' : 'waits to be started';
}

function missingModels({ state, jobs }: ReadinessFacts): string[] {
  return state.flavors.flatMap(({ id, name }) => {
    if (state.trained.some(({ flavorId }) => flavorId === id)) return [];
    const job = jobs.find(({ flavorId }) => flavorId === id);
    const head = `flavor ${id} (${name}) has no model`;
    if (job?.status === 'running') {
      return [`${head} yet: job ${job.id} is ${job.step}, ${Math.round(job.progressPercent)} %`];
    }
    if (job?.status === 'failed') return [`${head}: job ${job.id} failed: ${job.detail ?? ''}`];
    return [`${head}: POST its Y file to /slice/${state.sliceId}/flavor/${id}/profile`];
  });
}

function missingStarts({ state }: ReadinessFacts): string[] {
  if (state.forecasting) return [];
  return [`it is not started: POST /slice/${state.sliceId}/start_sla_forecast`];
}

function missingInput({ state, feed }: ReadinessFacts): string[] {
  if (!state.forecasting || feed === null || state.trained.length === 0) return [];
  const problems: string[] = [];
  if (feed.sourceError !== null)
    problems.push(`the live source does not answer: ${feed.sourceError}`);
  const unusable = feed.features.filter(
    (feature) => feature.state !== null && !['fresh', 'late'].includes(feature.state),
  );
  if (unusable.length > 0) {
    problems.push(`${unusable.length} of ${feed.features.length} features are not usable now`);
  }
  return problems;
}

function missingWarmth({ state, forecasting }: ReadinessFacts): string[] {
  if (!state.forecasting || forecasting === null || forecasting.reason === null) return [];
  if (state.trained.length === 0) return [];
  const { window, reason } = forecasting;
  if (window === null || window.have >= window.need) return [reason];
  return [
    `${reason}; ${window.have} of ${window.need}, about ${Math.ceil(window.etaSeconds)} s more`,
  ];
}
