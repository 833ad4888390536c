import multipart from '@fastify/multipart';
import type { Server } from './server.ts';

/**
 * Routes that take multipart/form-data, by `readMultipart`; each gives its own limits there. They are a scope of their
 * own because reading uploads has hooks, which every other request would wait for.
 */
export function acceptUploads(server: Server, addRoutes: (scope: Server) => void): void {
  server.register(async (scope) => {
    await scope.register(multipart, { throwFileSizeLimit: false });
    addRoutes(scope);
  });
}
