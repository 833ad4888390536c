import type { onRequestHookHandler, RouteOptions } from 'fastify';
import type { Server } from './server.ts';
import { createTenantCheck, defaultTenant, namedTenant, type TenantKeys } from './tenant-keys.ts';

const openPaths = new Set(['/live', '/ready', '/metrics', '/openapi.json']);

/**
 * Gives each request its tenant, and answers 401 to one without a key that fits. Which routes are open is settled when
 * a route is added, so that no request looks it up.
 */
export function knowTenants(server: Server, keys: TenantKeys | undefined): void {
  const check = keys === undefined ? undefined : createTenantCheck(keys);
  const ofAny: onRequestHookHandler = (request, _reply, done) => {
    request.tenantId = namedTenant(request) ?? defaultTenant;
    done();
  };
  const ofOpen: onRequestHookHandler = (request, _reply, done) => {
    request.tenantId = defaultTenant;
    done();
  };
  const ofKey: onRequestHookHandler = (request, _reply, done) => {
    try {
      request.tenantId = check?.(request) ?? defaultTenant;
    } catch (error) {
      return done(error as Error);
    }
    done();
  };
  const ofUnknown = check === undefined ? ofAny : ofKey;
  server.addHook('onRequest', function tellUnknown(request, reply, done) {
    if (request.is404) ofUnknown.call(this, request, reply, done);
    else done();
  });
  server.addHook('onRoute', (route) => {
    const hook = check === undefined ? ofAny : isOpen(route) ? ofOpen : ofKey;
    route.onRequest = [hook, ...[route.onRequest ?? []].flat()];
  });
}

/** Health, and routes that say in their config that they ask for keys of their own kind. */
function isOpen({ url, config }: RouteOptions): boolean {
  return openPaths.has(url) || config?.ownAuthorization === true;
}
