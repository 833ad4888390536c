import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from '../app-error.ts';
import type { Database, Queryable } from './database.ts';
import { sqlErrorOf } from './sql-error.ts';

/** One connection to a database, on which statements run one after the other. */
export interface SqlConnection extends Queryable {
  close(): Promise<void>;
}

const nested = 'inside a transaction, ask its tx: the database itself waits until it is over';

/** Callers that may wait for the connection at one time. */
const longestQueue = 10_000;

/** A database over one connection: a transaction has it alone, others wait their turn. */
export function createSingleConnectionDatabase(connection: SqlConnection): Database {
  /** The transaction that the present call stack belongs to. */
  const around = new AsyncLocalStorage<{ open: boolean }>();
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let closed: Promise<void> | undefined;

  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (closed !== undefined) return Promise.reject(refusal('it is closed', 'database-closed'));
    if (waiting >= longestQueue) {
      return Promise.reject(refusal(`${waiting} callers wait for it already`, 'database-busy'));
    }
    // It would wait for its own end.
    if (around.getStore()?.open) return Promise.reject(new Error(nested));
    waiting += 1;
    const done = turn.then(work).finally(() => {
      waiting -= 1;
    });
    turn = done.catch(() => undefined);
    return done;
  }

  async function query<Row extends object>(sql: string, params?: readonly unknown[]) {
    try {
      return await connection.query<Row>(sql, params);
    } catch (error) {
      throw sqlErrorOf(error);
    }
  }

  return {
    query: (sql, params) => exclusively(() => query(sql, params)),
    transaction: (work) =>
      exclusively(async () => {
        const self = { open: true };
        try {
          return await around.run(self, () => inTransaction({ query }, work));
        } finally {
          self.open = false;
        }
      }),
    close() {
      closed ??= turn.then(() => connection.close());
      return closed;
    },
  };
}

/** `begin`, the work, then `commit`; `rollback` when it rejects. What the work started is not usable after it. */
export async function inTransaction<T>(
  connection: Queryable,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  let open = true;
  const tx: Queryable = {
    async query(sql, params) {
      if (!open) throw new Error('the transaction is over: a query was not awaited inside it');
      return connection.query(sql, params);
    },
  };
  await connection.query('begin');
  try {
    const result = await work(tx);
    open = false;
    await connection.query('commit');
    return result;
  } catch (error) {
    open = false;
    await connection.query('rollback');
    throw error;
  }
}

function refusal(why: string, code: string): AppError {
  return new AppError(`The database cannot be asked: ${why}`, {
    status: 503,
    code,
    retriable: true,
  });
}
