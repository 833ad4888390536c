import type { onSendHookHandler } from 'fastify';
import type { Metrics } from '../observability/metrics.ts';
import type { Server } from './server.ts';

/**
 * Time until each request is answered, by route pattern, never by path: the number of labels stays bounded. It ends
 * when the answer is there and before it is sent: how fast a client reads is not the service's time.
 */
export function measureRequests(server: Server, metrics: Metrics): void {
  const duration = metrics.histogram('slicecast_http_request_seconds', 'Time to answer a request', [
    'method',
    'route',
    'status',
  ]);
  const measureAs =
    (route: string): onSendHookHandler =>
    (request, reply, _payload, done) => {
      const labels = { method: request.method, route, status: String(reply.statusCode) };
      duration.observe(labels, reply.elapsedTime / 1000);
      done();
    };
  server.addHook('onRoute', (route) => {
    route.onSend = [...[route.onSend ?? []].flat(), measureAs(route.url)];
  });
  const unknown = measureAs('unknown');
  server.addHook('onSend', function measureUnknown(request, reply, payload, done) {
    if (request.is404) unknown.call(this, request, reply, payload, done);
    else done();
  });
}
