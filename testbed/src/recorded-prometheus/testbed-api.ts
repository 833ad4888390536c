import type { FastifyInstance } from 'fastify';
import type { Recording } from './recording.ts';
import { exposition } from './text-format.ts';

/** Steers the recording: which flavor is in force, and what the clock and the timeline are; and shows it to a real Prometheus. */
export function addTestbedApi(server: FastifyInstance, recording: Recording): void {
  server.get('/testbed', async () => ({
    nowSeconds: recording.nowSeconds,
    flavorInForce: recording.flavorInForce,
    kpi: recording.kpiAt(Math.floor(recording.nowSeconds)) ?? null,
    profiles: Object.fromEntries(recording.timeline.profiles),
    live: recording.timeline.live,
  }));

  server.get('/metrics', async (_request, reply) => {
    reply.type('text/plain; version=0.0.4; charset=utf-8');
    return exposition(recording);
  });

  server.post('/testbed/flavor', async (request, reply) => {
    const flavor = flavorOf(request.body);
    if (flavor === undefined) {
      return reply.code(400).send({ error: 'flavor must be 1 or 2: send {"flavor": 2}' });
    }
    return { flavor, fromSeconds: recording.switchTo(flavor) };
  });
}

function flavorOf(body: unknown): number | undefined {
  const flavor = typeof body === 'object' && body !== null && 'flavor' in body ? body.flavor : null;
  return flavor === 1 || flavor === 2 ? flavor : undefined;
}
