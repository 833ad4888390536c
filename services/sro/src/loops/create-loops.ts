import { topics } from '@slicecast/contracts';
import {
  every,
  type Joining,
  joinWhenReady,
  type Log,
  type Loop,
  type Metrics,
  migrate,
  type ReadyCheck,
  systemClock,
} from '@slicecast/platform';
import { coreMigrations } from '../adapters/migrations.ts';
import type { SroOptions, SroParts } from '../app.ts';
import { advanceJobs } from './advance-jobs.ts';
import { applyFile } from './apply-file.ts';
import { callOff } from './call-off.ts';
import { createJobEnds } from './end-job.ts';
import { type Outbox, publishOutbox } from './publish-outbox.ts';
import { takePromotions } from './take-promotions.ts';

export interface SroLoops {
  /** Brings up what can be; what is missing comes up by itself when its database or log does. */
  start(): Promise<void>;
  ready(): Promise<ReadyCheck[]>;
  stop(): Promise<void>;
}

const bringUpPeriodMs = 2000;

export function createLoops(parts: SroOptions & SroParts & { metrics: Metrics }): SroLoops {
  const { database, deciding, callbacks, logger } = parts;
  let outbox: Outbox | undefined;
  let jobs: Loop | undefined;
  let promotions: Joining | undefined;
  let bringingUp: Loop | undefined;
  let databaseProblem: string | undefined = 'the database has not been asked yet';

  async function bringUp(): Promise<void> {
    if (jobs !== undefined) return;
    const migrations = [...coreMigrations, ...callbacks.migrations, ...deciding.migrations];
    await migrate(database, 'sro', migrations);
    await applyFile(parts.operatorFile, parts.slices, database, systemClock.now());
    outbox = publishOutbox(parts);
    parts.onPublished(outbox.wake);
    await callbacks.start();
    await deciding.start();
    const { now } = systemClock;
    const ends = createJobEnds({ ...parts, now });
    const deadlineMs = parts.config.SRO_PROFILE_DEADLINE_SECONDS * 1000;
    promotions = await joinWhenReady(() => takePromotions({ ...parts, now }), logger);
    jobs = advanceJobs({
      ...parts,
      ...ends,
      deadlineMs,
      now,
      callOff: (job) => callOff(parts, job),
    });
    databaseProblem = undefined;
  }

  /** The database may come later; a file or a schema that is wrong stays wrong, and ends the start. */
  async function tryBringUp(): Promise<void> {
    try {
      await bringUp();
    } catch (error) {
      if (!isRetriable(error)) throw error;
      databaseProblem = error instanceof Error ? error.message : String(error);
    }
  }

  return {
    async start() {
      await tryBringUp();
      bringingUp = every({ name: 'bring-up', periodMs: bringUpPeriodMs, logger, run: tryBringUp });
    },
    async ready() {
      const detail = databaseProblem ?? 'answers';
      return [
        { name: 'database', ok: databaseProblem === undefined, detail },
        await logCheck(parts.log),
        deciding.ready(),
      ];
    },
    async stop() {
      await bringingUp?.stop();
      await jobs?.stop();
      await promotions?.close();
      await deciding.stop();
      await callbacks.stop();
      await outbox?.stop();
    },
  };
}

/** Asks the log for nothing: it answers, or says why it cannot. */
async function logCheck(log: Log): Promise<ReadyCheck> {
  try {
    const nothing = log.readByTime({ topic: topics.sliceStates, fromMs: 0, toMs: 0 });
    for await (const _record of nothing) break;
    return { name: 'log', ok: true, detail: 'answers' };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name: 'log', ok: false, detail };
  }
}

function isRetriable(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'retriable' in error && error.retriable === true
  );
}
