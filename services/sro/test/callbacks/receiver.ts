import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers the next request; one that does nothing leaves it hanging. */
export type Behaviour = (response: ServerResponse) => void;

export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A tenant's server, which does with each request what the next behaviour says, and 204 after them. */
export async function createReceiver(...behaviours: Behaviour[]) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { method, url: path, headers } = request;
    received.push({ method, path, headers, body });
    server.emit('received');
    (behaviours.shift() ?? answer(204))(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/hook`,
    received,
    /** Resolves with the next request's end. */
    next: () => once(server, 'received'),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const hang: Behaviour = () => undefined;

export function answer(status: number, body = '', headers = {}): Behaviour {
  return (response) => response.writeHead(status, headers).end(body);
}
