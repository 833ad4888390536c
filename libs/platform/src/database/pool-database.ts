import pg from 'pg';
import { type Logger, silentLogger } from '../observability/logger.ts';
import type { Database, Queryable } from './database.ts';
import { inTransaction } from './single-connection.ts';
import { sqlErrorOf } from './sql-error.ts';
import { columnParsers, toParams } from './sql-types.ts';

export interface PoolOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly logger?: Logger;
  /** Connections at most; default 10. */
  readonly maxConnections?: number;
}

/** Longer waits for a connection end in 503. */
const connectTimeoutMs = 5_000;
const statementTimeoutMs = 60_000;

/**
 * The server takes a query over a thousand slices for a long one and compiles it, anew each time: 300 ms for what
 * then runs in 30.
 */
const withoutCompiling = 'set jit = off';

/** PostgreSQL over a pool. It connects when asked and so comes up by itself when the server does. */
export function connectDatabase(options: PoolOptions): Database {
  const logger = options.logger ?? silentLogger;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    types: { getTypeParser },
    onConnect: (client) => client.query(withoutCompiling),
  });
  // A connection at rest that breaks is replaced; without a listener it would end the process.
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle database connection broke'));

  return {
    query: (sql, params) => queryOn(pool, sql, params),
    async transaction(work) {
      const client = await pool.connect().catch((error) => {
        throw sqlErrorOf(error);
      });
      let broken: Error | undefined;
      const onError = (error: Error) => {
        broken = error;
      };
      client.once('error', onError);
      const tx: Queryable = { query: (sql, params) => queryOn(client, sql, params) };
      try {
        return await inTransaction(tx, work);
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

async function queryOn<Row extends object>(
  target: pg.Pool | pg.PoolClient,
  sql: string,
  params: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    const result: pg.QueryResult | pg.QueryResult[] =
      params.length === 0 ? await target.query(sql) : await target.query(sql, toParams(params));
    const last = Array.isArray(result) ? result.at(-1) : result;
    return (last?.rows ?? []) as Row[];
  } catch (error) {
    throw sqlErrorOf(error);
  }
}

function getTypeParser(type: number, format?: string) {
  const own = format === 'binary' ? undefined : columnParsers[type];
  return own ?? pg.types.getTypeParser(type, format === 'binary' ? 'binary' : 'text');
}
