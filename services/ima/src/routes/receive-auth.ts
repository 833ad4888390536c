import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '@slicecast/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What a Prometheus that writes must send; without any of them everybody may write, unless it is required. */
export interface ReceiveAuth {
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Where tenants have keys, nobody writes without one. */
  readonly required: boolean;
}

/** AppError 401 for a request without the configured token, or name and password. */
export function refuseStranger(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { token, username, password, required }: ReceiveAuth,
): void {
  const wanted = [
    ...(token === undefined ? [] : [`Bearer ${token}`]),
    ...(username === undefined ? [] : [`Basic ${base64(`${username}:${password ?? ''}`)}`]),
  ];
  if (wanted.length === 0 && !required) return;
  if (wanted.length === 0) throw closed();
  const given = hashOf(headers.authorization ?? '');
  // All are compared, whichever fits: the time taken tells nothing of them.
  const fitting = wanted.filter((each) => timingSafeEqual(hashOf(each), given));
  if (fitting.length > 0) return;
  reply.header('www-authenticate', token === undefined ? 'Basic' : 'Bearer');
  const how = token === undefined ? 'basic_auth' : 'authorization.credentials';
  throw new AppError(`header authorization: does not fit; set ${how} of Prometheus' remote_write`, {
    status: 401,
    code: 'write-unauthorized',
  });
}

function closed(): AppError {
  const message =
    'the operator sets IMA_RECEIVE_TOKEN, or IMA_RECEIVE_USERNAME and IMA_RECEIVE_PASSWORD';
  return new AppError(`nobody may write before ${message}`, {
    status: 401,
    code: 'write-unauthorized',
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
