import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';
import type { Database, Queryable } from './database.ts';
import { json } from './sql-types.ts';

/** What a POST was answered, kept for those who send it again. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: unknown;
}

export interface IdempotentRequest {
  readonly tenantId: string;
  /** What the key is unique in, e.g. `POST /api/v1/models`. */
  readonly operation: string;
  /** Absent: the work is done whenever it is asked for. */
  readonly key: string | undefined;
  /** Everything that was asked for: the same key with another request is refused. */
  readonly request: unknown;
}

export interface Idempotency {
  /**
   * Does the work once a key, however often and however many at a time ask: work and answer are
   * one transaction, so that after a crash there are both or neither. The work must be of the
   * database alone; what it starts elsewhere is for a loop that follows its rows. An error is not
   * kept. AppError 422 `idempotency-key-reused`.
   */
  once(
    request: IdempotentRequest,
    work: (tx: Queryable) => Promise<StoredAnswer>,
  ): Promise<StoredAnswer & { readonly replayed: boolean }>;
}

const keptMs = 24 * 3_600_000;

/** Keys on POST (draft-ietf-httpapi-idempotency-key-header), kept for a day in the table that `migrate` makes in `schema`. */
export function createIdempotency(database: Database, schema: string): Idempotency {
  const table = `${schema}.idempotency_keys`;

  async function replay(tx: Queryable, { key, ...request }: IdempotentRequest, hash: string) {
    const where = 'where tenant_id = $1 and operation = $2 and key = $3';
    const [stored] = await tx.query<StoredAnswer & { requestHash: string }>(
      `select status, headers, body, request_hash as "requestHash" from ${table} ${where}`,
      [request.tenantId, request.operation, key],
    );
    if (stored === undefined) throw new Error(`the answer to key ${key} is gone`);
    if (stored.requestHash !== hash) throw reused(key);
    const { status, headers, body } = stored;
    return { status, headers, body, replayed: true };
  }

  return {
    once(request, work) {
      return database.transaction(async (tx) => {
        const { tenantId, operation, key } = request;
        if (key === undefined) return { ...(await work(tx)), replayed: false };
        const hash = hashOf(request.request);
        await tx.query(`delete from ${table} where created_at < $1`, [Date.now() - keptMs]);
        // Of two at a time, the second one waits here until the first one's transaction is over.
        const taken = await tx.query(
          `insert into ${table} (tenant_id, operation, key, request_hash, created_at)
           values ($1, $2, $3, $4, $5) on conflict do nothing returning key`,
          [tenantId, operation, key, hash, Date.now()],
        );
        if (taken.length === 0) return replay(tx, request, hash);
        const answer = await work(tx);
        await tx.query(
          `update ${table} set status = $4, headers = $5, body = $6
           where tenant_id = $1 and operation = $2 and key = $3`,
          [
            tenantId,
            operation,
            key,
            answer.status,
            json(answer.headers),
            json(answer.body ?? null),
          ],
        );
        return { ...answer, replayed: false };
      });
    },
  };
}

/** The request's `Idempotency-Key`; AppError 400 `idempotency-key-invalid` for one that is empty or long. */
export function idempotencyKeyOf(request: Pick<FastifyRequest, 'headers'>): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  const message = 'send 1 to 200 visible ASCII characters, e.g. a UUID';
  throw new AppError(`header idempotency-key: ${message}`, {
    status: 400,
    code: 'idempotency-key-invalid',
    errors: [{ field: 'header idempotency-key', value: key, message }],
  });
}

function hashOf(request: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(request) ?? '')
    .digest('hex');
}

function reused(key: string | undefined): AppError {
  const message = 'was used for another request: take a new key for a new request';
  return new AppError(`header idempotency-key: ${message}`, {
    status: 422,
    code: 'idempotency-key-reused',
    errors: [{ field: 'header idempotency-key', value: key, message }],
  });
}
