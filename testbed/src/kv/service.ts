import { type FastifyInstance, fastify } from 'fastify';
import type { KeyValues } from './key-values.ts';

/** A larger value is refused with 413. */
export const maxValueBytes = 2 ** 20;

type Keyed = { Params: { key: string } };

/** The service whose users feel the link: values by key, over HTTP. */
export function createKvService(values: KeyValues): FastifyInstance {
  const server = fastify({ forceCloseConnections: true, bodyLimit: maxValueBytes });
  server.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );
  server.get<Keyed>('/keys/:key', async ({ params: { key } }, reply) => {
    const value = values.get(key);
    if (value === undefined) {
      return reply.code(404).send({ detail: `there is no key ${key}: put it first` });
    }
    return reply.type('application/octet-stream').send(value);
  });
  server.put<Keyed & { Body: unknown }>('/keys/:key', async (request, reply) => {
    const { body, params } = request;
    if (!Buffer.isBuffer(body)) {
      return reply.code(415).send({ detail: 'send the value as application/octet-stream' });
    }
    if (!values.put(params.key, body)) {
      return reply.code(507).send({ detail: 'there is no room for another key' });
    }
    return reply.code(204).send();
  });
  return server;
}
