import { Type } from 'typebox';
import type { Metrics } from '../observability/metrics.ts';
import type { ReadyCheck, Server } from './server.ts';

export interface HealthOptions {
  readonly name: string;
  readonly metrics: Metrics;
  readonly ready: () => Promise<readonly ReadyCheck[]>;
}

const Ready = Type.Object({
  name: Type.String(),
  ready: Type.Boolean(),
  checks: Type.Array(
    Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.String() }),
  ),
});

/** `/live`: the process answers. `/ready`: it does its work, or what is missing. `/metrics`: Prometheus' text form. */
export function addHealthRoutes(server: Server, options: HealthOptions): void {
  server.get('/live', { schema: { tags: ['health'], response: { 200: Live } } }, async () => ({
    name: options.name,
    live: true as const,
  }));

  server.get(
    '/ready',
    { schema: { tags: ['health'], response: { 200: Ready, 503: Ready } } },
    async (_request, reply) => {
      const checks = await checksOf(options.ready);
      const ready = checks.every(({ ok }) => ok);
      return reply.code(ready ? 200 : 503).send({ name: options.name, ready, checks });
    },
  );

  server.get('/metrics', { schema: { tags: ['health'] } }, async (_request, reply) => {
    const { contentType, body } = await options.metrics.text();
    return reply.header('content-type', contentType).send(body);
  });
}

/** A check that fails to run is one that is not well. */
async function checksOf(ready: HealthOptions['ready']): Promise<ReadyCheck[]> {
  try {
    return [...(await ready())];
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ name: 'checks', ok: false, detail }];
  }
}

const Live = Type.Object({ name: Type.String(), live: Type.Literal(true) });
