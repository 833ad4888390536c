import type { Model } from '@slicecast/contracts';
import {
  type Clock,
  instanceName,
  type Joining,
  joinWhenReady,
  type Log,
  type Logger,
  type Metrics,
} from '@slicecast/platform';
import type { ForecastingConfig } from '../config.ts';
import type { ModelStore } from '../ports.ts';
import { followSlices, type SliceFollower } from './follow-slices.ts';
import { forecastSlices } from './forecast-slices.ts';
import { createModelCache } from './model-cache.ts';
import { createSliceCounts, type SliceCounts } from './slice-counts.ts';
import { createSliceRuns, type SliceRuns } from './slice-runs.ts';

export interface ForecastParts {
  readonly config: ForecastingConfig;
  readonly log: Log;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly models: ModelStore;
}

/** The loops that need the log. */
export interface Forecasts {
  readonly runs: SliceRuns;
  readonly counts: SliceCounts;
  /** Resolves after the first try; then it goes on trying until the log is there. */
  start(): Promise<void>;
  /** Undefined until the log has told the slices. */
  slices(): SliceFollower | undefined;
  /** Whether a slice's desired state names the model; undefined while that is not known. */
  inUse(model: Pick<Model, 'id' | 'sliceId'>): Promise<boolean | undefined>;
  /** Why rows are not forecast; undefined when they are. */
  trouble(): string | undefined;
  stop(): Promise<void>;
}

export function createForecasts(parts: ForecastParts): Forecasts {
  const { log, config, logger } = parts;
  const runs = createSliceRuns(log, createModelCache(parts.models), logger);
  const counts = createSliceCounts(parts.metrics);
  let follower: SliceFollower | undefined;
  let joining: Joining | undefined;
  let batchTrouble: string | undefined;

  async function join() {
    follower ??= await followSlices(log, {
      instance: instanceName(config.FORECASTING_INSTANCE, config.FORECASTING_PORT),
      onDeleted(sliceId) {
        runs.forget(sliceId);
        counts.forget(sliceId);
      },
    });
    return forecastSlices({
      ...parts,
      slices: follower,
      runs,
      counts,
      maxDecisionAgeMs: config.FORECASTING_MAX_DECISION_AGE_MS,
      onProgress(failure) {
        batchTrouble = failure;
      },
    });
  }

  return {
    runs,
    counts,
    slices: () => follower,
    async start() {
      joining = await joinWhenReady(join, logger);
    },
    async inUse({ id, sliceId }) {
      if (follower === undefined) return undefined;
      const slice = await follower.lookUp(sliceId);
      return slice?.trained.some(({ modelId }) => modelId === id) ?? false;
    },
    trouble() {
      if (joining === undefined) return 'the log has not been asked yet';
      return joining.waitingFor() ?? batchTrouble;
    },
    async stop() {
      await joining?.close();
      await follower?.close();
    },
  };
}
