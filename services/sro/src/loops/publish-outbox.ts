import { randomUUID } from 'node:crypto';
import { type SliceState, topics } from '@slicecast/contracts';
import { type Database, every, type Log, type Logger, type Metrics } from '@slicecast/platform';
import { createLease, type Lease } from '../adapters/lease.ts';

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
/** After a crash another replica takes over so late. */
const leaseMs = 5000;

/** Brings the outbox to `slice-states`, in order, at least once: a row goes after the log has it. */
export function publishOutbox({ database, log, logger, metrics }: OutboxOptions): Outbox {
  const lease = createLease(database, { name: 'outbox', owner: randomUUID(), forMs: leaseMs });
  let running: Promise<void> = Promise.resolve();
  const drain = () => {
    running = running
      .then(() => drainOutbox(database, log, lease))
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
      await lease.release().catch((error) => {
        logger.warn({ err: error }, 'the lease of the outbox runs out by itself');
      });
    },
  };
}

/**
 * One round over what is in the outbox, by the replica that holds the lease: states of one slice must reach
 * the log in the order of their versions, as the newest is what stays there.
 */
export async function drainOutbox(database: Database, log: Log, lease: Lease): Promise<void> {
  for (;;) {
    if (!(await lease.hold())) return;
    const rows = await database.query<OutboxRow>(
      'select id, state, at from sro.outbox order by id limit $1',
      [batch],
    );
    if (rows.length === 0) return;
    await log.append(
      topics.sliceStates,
      rows.map(({ state, at }) => ({ key: String(state.sliceId), at, value: state })),
    );
    if (!(await lease.hold())) await publishAgain(database, rows);
    // These rows and no others: one with a lower id may have been committed meanwhile.
    await database.query('delete from sro.outbox where id = any($1::bigint[])', [
      rows.map(({ id }) => id),
    ]);
  }
}

/** The lease ran out while the log was slow: another may have published newer states before these old ones. */
async function publishAgain(database: Database, rows: readonly OutboxRow[]): Promise<void> {
  await database.query(
    `insert into sro.outbox (slice_id, state, at)
     select slice_id, state, updated_at from sro.slices where slice_id = any($1::integer[])`,
    [[...new Set(rows.map(({ state }) => state.sliceId))]],
  );
}
