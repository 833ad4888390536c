import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyBaseLogger, type FastifyRequest, fastify, LogController } from 'fastify';
import { AppError } from '../app-error.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { answerErrors } from './answer-errors.ts';
import { drainUploads } from './drain-uploads.ts';
import { addHealthRoutes } from './health-routes.ts';
import { measureRequests } from './measure-requests.ts';
import { addOpenApi } from './open-api.ts';
import type { ReadyCheck, Server } from './server.ts';
import { createTenantCheck, defaultTenant, namedTenant, type TenantKeys } from './tenant-keys.ts';
import { createValidator } from './validator.ts';

export interface ServerOptions {
  readonly name: string;
  readonly version?: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly ready: () => Promise<ReadyCheck[]>;
  /** Absent: one tenant, `default`. Present: every route but those of health and /openapi.json needs a key. */
  readonly tenants?: TenantKeys | undefined;
  /** Of one uploaded file; default 100 MiB. */
  readonly maxUploadBytes?: number;
  /** Of a body that is not an upload; default 1 MiB. */
  readonly maxBodyBytes?: number;
}

/** A request that takes longer to come in is cut off, whatever drips. */
const slowestRequestMs = 600_000;

const openPaths = new Set(['/live', '/ready', '/metrics', '/openapi.json']);

/** A server with health, metrics, OpenAPI and problem+json; the service adds its routes. */
export function createServer(options: ServerOptions): Server {
  const server: Server = fastify({
    loggerInstance: options.logger as FastifyBaseLogger,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: slowestRequestMs,
    bodyLimit: options.maxBodyBytes ?? 2 ** 20,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  server.setValidatorCompiler(createValidator());
  server.register(multipart, {
    throwFileSizeLimit: false,
    limits: { fileSize: options.maxUploadBytes ?? 100 * 2 ** 20 },
  });
  takeEmptyForms(server);
  server.addHook('onRequest', tenantHook(options.tenants));
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

/** Health, and routes that say in their config that they ask for keys of their own kind. */
function isOpen({ routeOptions }: FastifyRequest): boolean {
  const { config, url = '' } = routeOptions;
  return openPaths.has(url) || config.ownAuthorization === true;
}

function tenantHook(keys: TenantKeys | undefined) {
  const check = keys === undefined ? undefined : createTenantCheck(keys);
  return async (request: FastifyRequest) => {
    if (check === undefined) request.tenantId = namedTenant(request) ?? defaultTenant;
    else if (isOpen(request)) request.tenantId = defaultTenant;
    else request.tenantId = check(request);
  };
}
