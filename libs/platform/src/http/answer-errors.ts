import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';
import { problemOf, unexpected } from './problem.ts';
import { schemaErrorOf } from './schema-error.ts';
import type { Server } from './server.ts';

/** Every error, expected or not, becomes one problem+json here and nowhere else. */
export function answerErrors(server: Server): void {
  server.setErrorHandler((error: FastifyError | AppError, request, reply) => {
    sendProblem(toAppError(error, request), request, reply);
  });
  server.setNotFoundHandler((request, reply) => {
    const detail = `There is no route ${request.method} ${request.url.split('?')[0]}; /openapi.json lists what there is.`;
    sendProblem(new AppError(detail, { status: 404, code: 'route-not-found' }), request, reply);
  });
}

function sendProblem(error: AppError, request: FastifyRequest, reply: FastifyReply): void {
  if (error.status >= 500) request.log.error({ err: error, reqId: request.id }, error.message);
  else
    request.log.debug({ code: error.code, errors: error.errors, reqId: request.id }, error.message);
  if (error.status === 401) reply.header('www-authenticate', 'Bearer');
  if (error.status === 503 || error.status === 429) reply.header('retry-after', '5');
  reply
    .code(error.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemOf(error, request.id));
}

function toAppError(error: FastifyError | AppError, request: FastifyRequest): AppError {
  if (error instanceof AppError) return error;
  if (error.validation !== undefined) return schemaErrorOf(error, request);
  const status = error.statusCode ?? 500;
  if (status >= 500) return unexpected(error);
  return new AppError(wording.get(error.code) ?? error.message, {
    status,
    code: codes.get(status) ?? 'request-refused',
    cause: error,
  });
}

const codes = new Map([
  [400, 'request-malformed'],
  [413, 'body-too-large'],
  [415, 'content-type-unsupported'],
]);

const wording = new Map([
  ['FST_ERR_CTP_EMPTY_JSON_BODY', 'The content type says JSON, but the body is empty.'],
]);
