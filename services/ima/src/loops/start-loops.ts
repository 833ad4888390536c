import {
  type Clock,
  createHttpClient,
  type Database,
  every,
  type Log,
  type Logger,
  type Loop,
  type Metrics,
  migrate,
  systemClock,
  tenantHeader,
} from '@slicecast/platform';
import { createCallbacks } from '../adapters/callbacks.ts';
import type { ExtractionStore } from '../adapters/extraction-store.ts';
import { createFeatureSelection } from '../adapters/feature-selection.ts';
import type { JobStore } from '../adapters/job-store.ts';
import { migrations } from '../adapters/migrations.ts';
import type { Sources } from '../adapters/sources.ts';
import type { ImaConfig } from '../config.ts';
import type { ExtractionFiles } from '../ports.ts';
import { usualLimits } from './extraction/limits.ts';
import { startRetention } from './extraction/retention.ts';
import { type JobRunner, startJobs } from './extraction/run-jobs.ts';
import type { Feeds } from './feed-slices.ts';
import type { SliceFollower } from './follow-slices.ts';
import type { Receiver } from './receiver.ts';
import { startFeed } from './start-feed.ts';
import { startReceiver } from './start-receiver.ts';

export interface LoopParts {
  readonly config: ImaConfig;
  readonly database: Database;
  readonly log: Log;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly follower: SliceFollower;
  readonly sources: Sources;
  readonly files: ExtractionFiles;
  readonly jobs: JobStore;
  readonly extractions: ExtractionStore;
  readonly allowPrivateCallbacks: boolean;
  readonly receiver: Receiver;
}

export interface ImaLoops {
  /** Brings up what can be; what is missing comes up by itself when its database or log does. */
  start(): Promise<void>;
  /** What does not run yet and why; undefined when all does. */
  missing(): string | undefined;
  cancelled(jobId: string): void;
  /** The feed of a slice that runs in this process. */
  feedOf(sliceId: number): ReturnType<Feeds['describe']>;
  stop(): Promise<void>;
}

const bringUpPeriodMs = 2000;
const leaseMs = 10_000;
const selectionTimeoutMs = 3_600_000;
const callbackTimeoutMs = 60_000;
/** After that a job and an extraction are not told from ones that never were. */
const rememberMs = 90 * 86_400_000;

export function createLoops(parts: LoopParts): ImaLoops {
  const stages = new Set([startExtraction, startFeed, startReceiver]);
  const stops: (() => Promise<void>)[] = [];
  let runner: JobRunner | undefined;
  let feeds: Feeds | undefined;
  let trouble: Started['trouble'];
  let missing: string | undefined = 'starting';
  let retrying: Loop | undefined;

  /** Starts what does not run yet, each on its own: one needs the database, the other the log. */
  async function bringUp(): Promise<void> {
    const reasons: string[] = [];
    for (const stage of stages) {
      try {
        const started = await stage(parts);
        stages.delete(stage);
        stops.push(started.stop);
        runner ??= started.runner;
        feeds ??= started.feeds;
        trouble ??= started.trouble;
      } catch (error) {
        reasons.push(error instanceof Error ? error.message : String(error));
      }
    }
    missing = reasons.length === 0 ? undefined : reasons.join('; ');
  }

  return {
    async start() {
      await bringUp();
      if (missing === undefined) return;
      parts.logger.warn({ missing }, 'not everything could be started; trying again');
      retrying = every({
        name: 'bring-up',
        periodMs: bringUpPeriodMs,
        logger: parts.logger,
        async run() {
          if (missing !== undefined) await bringUp();
        },
      });
    },
    missing: () => missing ?? trouble?.(),
    cancelled: (jobId) => runner?.cancelled(jobId),
    feedOf: (sliceId) => feeds?.describe(sliceId),
    async stop() {
      await retrying?.stop();
      for (const stop of stops.reverse()) await stop();
      await parts.follower.stop();
    },
  };
}

/** A part that runs. */
export interface Started {
  readonly stop: () => Promise<void>;
  readonly runner?: JobRunner;
  readonly feeds?: Feeds;
  /** What does not work, though it runs. */
  trouble?(): string | undefined;
}

async function startExtraction(parts: LoopParts): Promise<Started> {
  const { config, database, logger, files } = parts;
  const { now } = systemClock;
  await migrate(database, 'ima', migrations);
  const runner = startJobs({ ...parts, ...jobOptions(parts), now });
  const retention = startRetention({
    database,
    files,
    logger,
    now,
    keepMs: config.IMA_EXTRACTION_KEEP_SECONDS * 1000,
    keepPerSlice: config.IMA_EXTRACTION_KEEP_PER_SLICE,
    rememberMs,
  });
  return {
    runner,
    async stop() {
      await retention.stop();
      await runner.stop();
    },
  };
}

function jobOptions({ config, follower, jobs, allowPrivateCallbacks }: LoopParts) {
  const key = config.INTERNAL_KEY;
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const selectionHttp = createHttpClient({
    baseUrl: config.FEATURE_SELECTION_URL,
    timeoutMs: selectionTimeoutMs,
    headers: authorization,
  });
  return {
    store: jobs,
    lookUp: follower.lookUp,
    selection: createFeatureSelection(selectionHttp),
    callbacks: createCallbacks({
      own: createHttpClient({ timeoutMs: callbackTimeoutMs }),
      foreign: createHttpClient({
        timeoutMs: callbackTimeoutMs,
        publicOnly: !allowPrivateCallbacks,
      }),
    }),
    sroUrl: config.SRO_URL,
    internalHeaders: (tenantId: string) => ({ ...authorization, [tenantHeader]: tenantId }),
    limits: {
      ...usualLimits,
      concurrency: config.IMA_EXTRACTION_REQUESTS,
      maxCandidates: config.IMA_EXTRACTION_MAX_CANDIDATES,
      maxSeries: config.IMA_EXTRACTION_MAX_SERIES,
      attempts: config.IMA_RETRY_ATTEMPTS,
      baseDelayMs: config.IMA_RETRY_BASE_DELAY_MS,
    },
    rules: {
      concurrency: config.IMA_EXTRACTION_CONCURRENCY,
      deadlineMs: config.IMA_EXTRACTION_DEADLINE_SECONDS * 1000,
      deliverForMs: config.IMA_DELIVER_FOR_SECONDS * 1000,
      leaseMs,
    },
  };
}
