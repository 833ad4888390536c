import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyBaseLogger, fastify } from 'fastify';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { answerErrors } from './answer-errors.ts';
import { addHealthRoutes } from './health-routes.ts';
import { measureRequests } from './measure-requests.ts';
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

const openPaths = new Set(['/live', '/ready', '/metrics', '/openapi.json']);

/** A server with health, metrics, OpenAPI and problem+json; the service adds its routes. */
export function createServer(options: ServerOptions): Server {
  const server: Server = fastify({
    loggerInstance: options.logger as FastifyBaseLogger,
    genReqId: () => randomUUID(),
    disableRequestLogging: true,
    bodyLimit: options.maxBodyBytes ?? 2 ** 20,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  server.setValidatorCompiler(createValidator());
  server.register(multipart, { throwFileSizeLimit: false, limits: { fileSize: options.maxUploadBytes ?? 100 * 2 ** 20 } });
  server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: `Slicecast ${options.name}`, version: options.version ?? '0.1.0' },
    },
  });
  server.addHook('onRequest', tenantHook(options.tenants));
  measureRequests(server, options.metrics);
  answerErrors(server);
  // Registered, so that the swagger plugin is there before the first route of all.
  server.register(async (scope) => {
    addHealthRoutes(scope as Server, options);
    scope.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger());
  });
  return server;
}

function tenantHook(keys: TenantKeys | undefined) {
  const check = keys === undefined ? undefined : createTenantCheck(keys);
  return async (request: import('fastify').FastifyRequest) => {
    if (check === undefined) request.tenantId = namedTenant(request) ?? defaultTenant;
    else if (openPaths.has(request.routeOptions.url ?? '')) request.tenantId = defaultTenant;
    else request.tenantId = check(request);
  };
}
