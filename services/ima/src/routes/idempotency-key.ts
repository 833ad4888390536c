import { AppError } from '@slicecast/platform';
import type { FastifyRequest } from 'fastify';

/** The request's `Idempotency-Key`: the same key of the same tenant gives the same job. */
export function idempotencyKey(request: FastifyRequest): { idempotencyKey: string | undefined } {
  const key = request.headers['idempotency-key'];
  if (key === undefined || key === '') return { idempotencyKey: undefined };
  if (typeof key === 'string' && key.length <= 255) return { idempotencyKey: key };
  throw new AppError('Idempotency-Key must be one text of at most 255 signs', {
    status: 400,
    code: 'idempotency-key-invalid',
  });
}
