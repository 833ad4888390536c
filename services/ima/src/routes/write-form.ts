import { AppError } from '@slicecast/platform';
import type { FastifyRequest } from 'fastify';
import type { WriteVersion } from '../domain/remote-write/write-reader.ts';

const versions: ReadonlyMap<string, WriteVersion> = new Map([
  ['prometheus.WriteRequest', 1],
  ['io.prometheus.write.v2.Request', 2],
]);
const spoken =
  'application/x-protobuf with proto=prometheus.WriteRequest (1.0, the default) or proto=io.prometheus.write.v2.Request (2.0)';

/** By its headers alone, before a body is read; AppError 415 names what is spoken. */
export function writeVersionOf({ headers }: Pick<FastifyRequest, 'headers'>): WriteVersion {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';');
  const proto = parameters.map((each) => each.trim()).find((each) => each.startsWith('proto='));
  const name = proto?.slice('proto='.length).replaceAll('"', '') ?? 'prometheus.WriteRequest';
  const version = versions.get(name);
  const isProtobuf = ['', 'application/x-protobuf'].includes(type.trim().toLowerCase());
  if (!isProtobuf || version === undefined) {
    throw unsupported('content-type', headers['content-type'], `send ${spoken}`);
  }
  const encoding = headers['content-encoding'] ?? 'snappy';
  if (encoding !== 'snappy') throw unsupported('content-encoding', encoding, 'send snappy');
  return version;
}

function unsupported(header: string, value: string | undefined, message: string): AppError {
  return new AppError(`header ${header}: ${message}`, {
    status: 415,
    code: 'write-not-spoken',
    errors: [{ field: `header ${header}`, value, message }],
  });
}
