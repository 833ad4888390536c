import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';

/** A strong validator of a representation (RFC 9110 §8.8.3); give the version or the whole value. */
export function createEtag(value: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(value) ?? '');
  return `"${hash.digest('base64url').slice(0, 27)}"`;
}

/** Throws 412 `etag-mismatch` when `If-Match` is there and names another state than `etag`. */
export function checkIfMatch(request: Pick<FastifyRequest, 'headers'>, etag: string): void {
  const wanted = request.headers['if-match'];
  if (wanted === undefined || wanted.trim() === '*') return;
  if (wanted.split(',').some((each) => each.trim() === etag)) return;
  throw new AppError('It was changed since you read it: read it again, then send your change.', {
    status: 412,
    code: 'etag-mismatch',
    errors: [{ field: 'header if-match', value: wanted, message: `it is ${etag} now` }],
  });
}
