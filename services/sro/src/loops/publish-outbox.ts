import { type SliceState, topics } from '@slicecast/contracts';
import { type Database, every, type Log, type Logger, type Metrics } from '@slicecast/platform';

export interface OutboxOptions {
  readonly database: Database;
  readonly log: Log;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Outbox {
  /** Something was put in: look now. */
  wake(): void;
  stop(): Promise<void>;
}

interface OutboxRow {
  readonly id: number;
  readonly state: SliceState;
  readonly at: number;
}

const lookPeriodMs = 1000;
const batch = 100;

/** Brings the outbox to `slice-states`, in order, at least once: a row goes after the log has it. */
export function publishOutbox({ database, log, logger, metrics }: OutboxOptions): Outbox {
  let running: Promise<void> = Promise.resolve();
  const drain = () => {
    running = running
      .then(() => drainOutbox(database, log))
      .catch((error) => {
        logger.warn({ err: error }, 'the outbox waits for the log');
      });
    return running;
  };
  const loop = every({
    name: 'publish-outbox',
    periodMs: lookPeriodMs,
    logger,
    metrics,
    run: drain,
  });
  return {
    wake: () => void drain(),
    async stop() {
      await loop.stop();
      await running;
    },
  };
}

/** One round over what is in the outbox. */
export async function drainOutbox(database: Database, log: Log): Promise<void> {
  for (;;) {
    const rows = await database.query<OutboxRow>(
      'select id, state, at from sro.outbox order by id limit $1',
      [batch],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    await log.append(
      topics.sliceStates,
      rows.map(({ state, at }) => ({ key: String(state.sliceId), at, value: state })),
    );
    await database.query('delete from sro.outbox where id <= $1', [last.id]);
  }
}
