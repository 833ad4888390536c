import type { Metrics } from '../observability/metrics.ts';
import type { Server } from './server.ts';

/** Duration of each request by route pattern, never by path: the number of labels stays bounded. */
export function measureRequests(server: Server, metrics: Metrics): void {
  const duration = metrics.histogram('slicecast_http_request_seconds', 'Time to answer a request', [
    'method',
    'route',
    'status',
  ]);
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    duration.observe(labels, reply.elapsedTime / 1000);
    done();
  });
}
