import { fastify } from 'fastify';

/** A callback as the tenant got it. */
export interface ReceivedCallback {
  readonly event: string;
  readonly flavorId: number;
  readonly jobId: string;
  readonly receivedAt: string;
}

export interface CallbackReceiver {
  readonly url: string;
  readonly received: readonly ReceivedCallback[];
  close(): Promise<void>;
}

/** The tenant's own little server, to which `url_to_answer` points. */
export async function startCallbackReceiver(): Promise<CallbackReceiver> {
  const received: ReceivedCallback[] = [];
  const server = fastify({ forceCloseConnections: true });
  server.post<{ Body: { event: string; flavorId: number; jobId: string } }>(
    '/model-ready',
    async (request) => {
      const { event, flavorId, jobId } = request.body;
      received.push({ event, flavorId, jobId, receivedAt: new Date().toISOString() });
      return { ok: true };
    },
  );
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { url: `${url}/model-ready`, received, close: () => server.close() };
}
