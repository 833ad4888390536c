import { randomUUID } from 'node:crypto';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyBaseLogger, fastify, LogController } from 'fastify';
import { AppError } from '../app-error.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { answerErrors } from './answer-errors.ts';
import { drainUploads } from './drain-uploads.ts';
import { addHealthRoutes } from './health-routes.ts';
import { knowTenants } from './know-tenants.ts';
import { measureRequests } from './measure-requests.ts';
import { addOpenApi } from './open-api.ts';
import type { ReadyCheck, Server } from './server.ts';
import type { TenantKeys } from './tenant-keys.ts';
import { createValidator } from './validator.ts';

export interface ServerOptions {
  readonly name: string;
  readonly version?: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly ready: () => Promise<ReadyCheck[]>;
  /** Absent: one tenant, `default`. Present: every route but those of health and /openapi.json needs a key. */
  readonly tenants?: TenantKeys | undefined;
  /** Of a body that is not an upload; default 1 MiB. */
  readonly maxBodyBytes?: number;
}

/** A request that takes longer to come in is cut off, whatever drips. */
const slowestRequestMs = 600_000;

/** A server with health, metrics, OpenAPI and problem+json; the service adds its routes. */
export function createServer(options: ServerOptions): Server {
  const server: Server = fastify({
    loggerInstance: options.logger as FastifyBaseLogger,
    genReqId: createRequestIds(),
    // A child of the logger for each request costs more than all else here; what is logged names the request.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: slowestRequestMs,
    bodyLimit: options.maxBodyBytes ?? 2 ** 20,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  server.setValidatorCompiler(createValidator());
  takeEmptyForms(server);
  knowTenants(server, options.tenants);
  measureRequests(server, options.metrics);
  answerErrors(server);
  drainUploads(server);
  addOpenApi(server, options);
  addHealthRoutes(server, options);
  return server;
}

/** `curl -d ''` and old clients send an empty web form with a POST that needs no body; a filled one is not spoken here. */
function takeEmptyForms(server: Server): void {
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, text, done) => {
      if (text.length === 0) done(null, undefined);
      else
        done(
          new AppError('send JSON, not a web form', {
            status: 415,
            code: 'content-type-unsupported',
          }),
        );
    },
  );
}

/** Ids that no other process gives: drawn once, then counted. */
function createRequestIds(): () => string {
  const process = randomUUID();
  let count = 0;
  return () => {
    count += 1;
    return `${process}-${count}`;
  };
}
