import { type Idempotency, idempotencyKeyOf, type Queryable } from '@slicecast/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface Answered<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/**
 * Answers a POST; sent again with the same `Idempotency-Key` it gets the same answer and nothing is done.
 * `asked`: what was in the body. The work is of the database alone.
 */
export async function answerOnce<Body>(
  idempotency: Idempotency,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: unknown,
  work: (tx: Queryable) => Promise<Answered<Body>>,
): Promise<Body> {
  const { tenantId, method, routeOptions, params, query } = request;
  const once = {
    tenantId,
    operation: `${method} ${routeOptions.url}`,
    key: idempotencyKeyOf(request),
    request: { params, query, asked },
  };
  const { status, headers, body } = await idempotency.once(once, work);
  reply.code(status).headers(headers);
  // What was stored is what this route's work returned before.
  return body as Body;
}
