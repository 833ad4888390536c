import type { SliceState } from '@slicecast/contracts';
import {
  type Clock,
  type Database,
  every,
  type HttpClient,
  joinWhenReady,
  type Log,
  type Logger,
  type Metrics,
  type Migration,
  type ReadyCheck,
  type Server,
} from '@slicecast/platform';
import { createAnnounceFlavor } from './adapters/announce-flavor.ts';
import { createChangeStore } from './adapters/change-store.ts';
import { decidingMigrations } from './adapters/deciding-migrations.ts';
import { createDecisionLog } from './adapters/decision-log.ts';
import { createDecisionStore } from './adapters/decision-store.ts';
import { createOutcomeStore } from './adapters/outcome-store.ts';
import { createRecordLog } from './adapters/slice-record.ts';
import { createVerificationStore } from './adapters/verification-store.ts';
import type { DecidingConfig } from './deciding-config.ts';
import type { Actuators } from './deciding-ports.ts';
import { type DecidingStatus, describeDeciding } from './describe-deciding.ts';
import { decideSlices } from './loops/decide-slices.ts';
import { type RunChanges, runChanges } from './loops/run-changes.ts';
import { createSliceDeciders } from './loops/slice-deciders.ts';
import { watchSilence } from './loops/watch-silence.ts';
import type { SliceStore } from './ports.ts';
import { registerChangeFlavor } from './routes/change-flavor.ts';
import { registerChanges } from './routes/changes.ts';
import { registerDecisions } from './routes/decisions.ts';

/** Silence is looked for once a second of the clock port. */
const SILENCE_PERIOD_MS = 1000;
/** A request wakes the loop at once; the period is for what a crash or another process left behind. */
const CHANGES_PERIOD_MS = 1000;
/** Ends verifications that no tick came to end. */
const EXPIRE_PERIOD_MS = 10_000;
const FORGET_PERIOD_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface DecidingOptions {
  readonly log: Log;
  readonly database: Database;
  readonly slices: SliceStore;
  readonly actuators: Actuators;
  readonly ima: HttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly config: DecidingConfig;
  /** Name of this process among those that share the database. */
  readonly instance: string;
}

/** The deciding and acting part of the SRO. */
export interface Deciding {
  /** Of schema `sro`; to be run with those of the service's other tables before `start`. */
  readonly migrations: readonly Migration[];
  register(server: Server): void;
  /** Resolves when the loops run; a log that is not there yet is joined when it is: see `ready`. */
  start(): Promise<void>;
  /** Resolves when the work in flight has ended; what was being carried out is begun anew after a start. */
  stop(): Promise<void>;
  describe(slice: SliceState): Promise<DecidingStatus>;
  ready(): ReadyCheck;
}

export function createDeciding(options: DecidingOptions): Deciding {
  const parts = createParts(options);
  let running: Awaited<ReturnType<typeof startLoops>> | undefined;
  return {
    migrations: decidingMigrations,
    register(server) {
      registerChangeFlavor(server, parts);
      registerChanges(server, parts);
      registerDecisions(server, parts);
    },
    async start() {
      running ??= await startLoops(options, parts);
    },
    async stop() {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
    },
    describe: (slice) => describeDeciding(parts, slice),
    ready() {
      const waitingFor = running === undefined ? 'the loops are not started' : running.waitingFor();
      return {
        name: 'deciding',
        ok: waitingFor === null,
        detail: waitingFor ?? 'consuming forecasts',
      };
    },
  };
}

type Parts = ReturnType<typeof createParts>;

function createParts({ log, database, slices, clock, logger, metrics }: DecidingOptions) {
  const decisionLog = createDecisionLog(log);
  const recordLog = createRecordLog(log);
  let runner: RunChanges | undefined;
  return {
    log,
    slices,
    clock,
    logger,
    metrics,
    changes: createChangeStore(database),
    outcomes: createOutcomeStore(database),
    verifications: createVerificationStore(database),
    decisions: createDecisionStore(database),
    decisionLog,
    recordLog,
    deciders: createSliceDeciders(decisionLog),
    /** Before the loops run a request waits in the database. */
    onRequested: () => runner?.lookNow(),
    runWith: (next: RunChanges | undefined) => {
      runner = next;
    },
  };
}

async function startLoops(options: DecidingOptions, parts: Parts) {
  const { actuators, ima, config, logger, metrics, clock } = options;
  const changesLoop = runChanges({
    ...parts,
    actuators,
    announce: createAnnounceFlavor(ima, logger),
    owner: options.instance,
    deadlineMs: config.CHANGE_DEADLINE_MS,
    maxWaitMs: config.CHANGE_DEADLINE_MS,
    periodMs: CHANGES_PERIOD_MS,
  });
  parts.runWith(changesLoop);
  const watching = new AbortController();
  const watch = watchSilence({ ...parts, periodMs: SILENCE_PERIOD_MS }, watching.signal);
  const forgetting = every({
    name: 'forget-decisions',
    periodMs: FORGET_PERIOD_MS,
    run: async () => {
      await parts.decisions.forget(clock.now() - config.DECISION_RETENTION_DAYS * DAY_MS);
    },
    logger,
    metrics,
  });
  const expiring = every({
    name: 'expire-verifications',
    periodMs: EXPIRE_PERIOD_MS,
    run: async () => {
      await parts.verifications.expire(clock.now());
    },
    logger,
    metrics,
  });
  const deciding = {
    ...parts,
    startChangeSeconds: config.CHANGE_SECONDS,
    maxDecisionAgeMs: config.MAX_DECISION_AGE_MS,
  };
  const consumer = await joinWhenReady(() => decideSlices(deciding), logger);
  return {
    waitingFor: consumer.waitingFor,
    /** Deciding first: it may still ask for changes. */
    async stop() {
      watching.abort(new Error('the service stops'));
      await consumer.close();
      await watch;
      parts.runWith(undefined);
      await changesLoop.stop();
      await forgetting.stop();
      await expiring.stop();
    },
  };
}
