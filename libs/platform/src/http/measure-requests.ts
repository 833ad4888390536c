import type { onSendHookHandler } from 'fastify';
import type { ChildHistogram, HistogramChild, Metrics } from '../observability/metrics.ts';
import type { Server } from './server.ts';

/**
 * Time until each request is answered, by route pattern, never by path: the number of labels stays bounded. It ends
 * when the answer is there and before it is sent: how fast a client reads is not the service's time.
 */
export function measureRequests(server: Server, metrics: Metrics): void {
  const duration = metrics.childHistogram(
    'slicecast_http_request_seconds',
    'Time to answer a request',
  );
  const measureAs = (route: string): onSendHookHandler => {
    const get = byStatus(duration, 'GET', route);
    const others = new Map<string, ReturnType<typeof byStatus>>();
    const childrenOf = (method: string) => {
      const children = others.get(method) ?? byStatus(duration, method, route);
      others.set(method, children);
      return children;
    };
    return ({ method }, reply, _payload, done) => {
      const children = method === 'GET' ? get : childrenOf(method);
      children(reply.statusCode).observe(reply.elapsedTime / 1000);
      done();
    };
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

/** The histogram's children of a route: as many as it has statuses. */
function byStatus(duration: ChildHistogram, method: string, route: string) {
  const children = new Map<number, HistogramChild>();
  return (status: number): HistogramChild => {
    const known = children.get(status);
    if (known !== undefined) return known;
    const made = duration.child({ method, route, status: String(status) });
    children.set(status, made);
    return made;
  };
}
