import swagger from '@fastify/swagger';
import type { FastifyPluginCallback } from 'fastify';
import type { Server } from './server.ts';

export interface OpenApiOptions {
  readonly name: string;
  readonly version?: string;
}

/** `/openapi.json`: OpenAPI 3.1 of all routes that are added from here on. */
export function addOpenApi(server: Server, options: OpenApiOptions): void {
  // Called rather than registered: a registered plugin is loaded when the server starts, and would
  // miss the routes that were added before.
  const listen = swagger as FastifyPluginCallback<Parameters<typeof swagger>[1]>;
  listen(
    server as never,
    {
      convertConstToEnum: false,
      openapi: {
        openapi: '3.1.0',
        info: { title: `Slicecast ${options.name}`, version: options.version ?? '0.1.0' },
      },
    },
    (error) => {
      if (error !== undefined) throw error;
    },
  );
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger());
}
