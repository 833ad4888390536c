import type { FastifyRequest } from 'fastify';
import type { Server } from './server.ts';

/** Of a body that was answered before its end, this much more is read; then the connection is cut. */
const mostDrainedBytes = 512 * 2 ** 20;

/**
 * Reads what is left of an upload that is answered before its end, and throws it away. A client
 * that is still sending would otherwise wait for ever, or see its connection reset and not the answer.
 */
export function drainUploads(server: Server): void {
  server.addHook('onSend', (request, _reply, _payload, done) => {
    const { readableEnded, readableFlowing } = request.raw;
    // Nobody began to read it: then Node itself throws the body away.
    if (!readableEnded && readableFlowing !== null) drain(request, server);
    done();
  });
}

function drain({ raw, log, id }: FastifyRequest, server: Server): void {
  let drained = 0;
  raw.unpipe();
  raw.on('error', (error) =>
    log.debug({ err: error, reqId: id }, 'the rest of an upload did not come'),
  );
  raw.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > mostDrainedBytes) raw.socket.destroy();
  });
  // A server that closes meanwhile has looked for idle connections already, and this was not one.
  raw.once('end', () => {
    if (!server.server.listening) raw.socket.end();
  });
  raw.resume();
}
