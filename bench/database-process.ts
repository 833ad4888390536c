import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createMemoryDatabase, type Database, type Queryable } from '@slicecast/platform';

/**
 * A database in a process of its own, as PostgreSQL would be, so that a bench measures a service's
 * memory and not the database's. Run as a program it is that process.
 */
interface Question {
  readonly id: number;
  readonly sql: string;
  readonly params: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly rows?: object[];
  readonly error?: string;
}

export async function startDatabaseProcess(): Promise<Database> {
  const child = fork(fileURLToPath(import.meta.url), { serialization: 'advanced' });
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  let free: Promise<unknown> = Promise.resolve();
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer));

  async function ask<Row extends object>(sql: string, params: readonly unknown[] = []) {
    asked += 1;
    const id = asked;
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      child.send({ id, sql, params } satisfies Question);
    });
    waiting.delete(id);
    if (answer.error !== undefined) throw new Error(answer.error);
    // What the query selects is its caller's to know.
    return (answer.rows ?? []) as Row[];
  }

  /** One at a time: the other process has one connection. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = free.then(work);
    free = done.catch(() => undefined);
    return done;
  }

  return {
    query: (sql, params) => inTurn(() => ask(sql, params)),
    transaction: <T>(work: (tx: Queryable) => Promise<T>) =>
      inTurn(async () => {
        await ask('begin');
        try {
          const result = await work({ query: ask });
          await ask('commit');
          return result;
        } catch (error) {
          await ask('rollback');
          throw error;
        }
      }),
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function serve(): Promise<void> {
  const database = await createMemoryDatabase();
  process.on('message', async ({ id, sql, params }: Question) => {
    try {
      const rows = await database.query(sql, params);
      process.send?.({ id, rows } satisfies Answer);
    } catch (error) {
      process.send?.({ id, error: String(error) } satisfies Answer);
    }
  });
  process.on('disconnect', () => process.exit(0));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve();
