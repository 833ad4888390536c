import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range that the kernel takes the ports of outgoing connections from: a client that keeps
 * trying the port of a server that is down may otherwise be given that very port, meet itself, and
 * keep the server from coming back.
 */
const first = 12_000;
const last = 32_000;

/** A port of the loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first));
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
