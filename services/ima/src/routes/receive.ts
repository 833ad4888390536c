import { AppError, type Metrics, type Server } from '@slicecast/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decompressBlock, TooLarge } from '../adapters/snappy-block.ts';
import type { SeriesChooser } from '../domain/remote-write/chosen-series.ts';
import {
  readWriteRequest,
  type WriteRequest,
  type WrittenSeries,
} from '../domain/remote-write/read-write-request.ts';
import { readWriteRequest2 } from '../domain/remote-write/read-write-request-2.ts';
import { MalformedWrite } from '../domain/remote-write/wire.ts';
import { type ReceiveAuth, refuseStranger } from './receive-auth.ts';

export interface ReceiveOptions {
  readonly chooser: SeriesChooser;
  /** Resolves when the log has them. */
  readonly publish: (series: readonly WrittenSeries[]) => Promise<void>;
  /** Why the receiver does not know yet what is selected; undefined when it does. */
  readonly missing: () => string | undefined;
  readonly auth: ReceiveAuth;
  readonly metrics: Metrics;
  /** Of a body as it comes. */
  readonly maxBodyBytes: number;
  /** Of a body when decompressed. */
  readonly maxDecodedBytes: number;
  /** Of all bodies, decompressed, that wait for the log. */
  readonly maxInFlightBytes: number;
}

type Version = 1 | 2;

const versions: Readonly<Record<string, Version>> = {
  'prometheus.WriteRequest': 1,
  'io.prometheus.write.v2.Request': 2,
};
const spoken =
  'application/x-protobuf with proto=prometheus.WriteRequest (1.0, the default) or proto=io.prometheus.write.v2.Request (2.0)';

/** Prometheus' remote write, 1.0 and 2.0: 2xx once the log has what is selected. */
export function addReceive(server: Server, options: ReceiveOptions): void {
  const receive = createReceiver(options);
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: options.maxBodyBytes },
      (_request, body, done) => done(null, body),
    );
    for (const path of ['/receive', '/api/v1/write']) {
      const schema = { tags: ['remote write'], summary: "Takes Prometheus' remote write" };
      scope.post(path, { schema, config: { ownAuthorization: true } }, receive);
    }
  });
  const schema = { tags: ['remote write'], summary: 'As MLO-V2 had it' };
  server.get('/healthz', { schema, config: { ownAuthorization: true } }, async () => ({
    status: 'UP',
  }));
}

function createReceiver(options: ReceiveOptions) {
  const { chooser, publish, missing, auth, maxDecodedBytes, maxInFlightBytes } = options;
  const count = createCounts(options.metrics);
  let inFlightBytes = 0;

  return async (request: FastifyRequest, reply: FastifyReply) => {
    refuseStranger(request, reply, auth);
    const version = versionOf(request);
    const why = missing();
    if (why !== undefined) throw tryLater(`the receiver is not ready: ${why}`);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { series, samples, bytes } = read(body, version, chooser, maxDecodedBytes);
    if (inFlightBytes > 0 && inFlightBytes + bytes > maxInFlightBytes) {
      throw tryLater(`${inFlightBytes} bytes wait for the log already`);
    }
    inFlightBytes += bytes;
    try {
      if (series.length > 0) await publish(series);
    } catch (error) {
      if (error instanceof AppError && error.retriable) throw tryLater(error.message);
      throw error;
    } finally {
      inFlightBytes -= bytes;
    }
    count(series, samples);
    if (version === 2) tellWritten(reply, samples);
    return reply.code(200).send();
  };
}

function read(
  body: Buffer,
  version: Version,
  chooser: SeriesChooser,
  maxDecodedBytes: number,
): WriteRequest & { bytes: number } {
  try {
    // Nothing at all is a request without series.
    if (body.length === 0) return { series: [], samples: 0, bytes: 0 };
    const decoded = decompressBlock(body, maxDecodedBytes);
    const found =
      version === 1 ? readWriteRequest(decoded, chooser) : readWriteRequest2(decoded, chooser);
    return { ...found, bytes: decoded.length };
  } catch (error) {
    if (error instanceof TooLarge) {
      throw new AppError(`the body is too large: ${error.message}`, {
        status: 413,
        code: 'write-too-large',
      });
    }
    if (!(error instanceof MalformedWrite)) throw error;
    const errors = [{ field: 'body', message: error.message }];
    throw new AppError(error.message, { status: 400, code: 'write-malformed', errors });
  }
}

/** AppError 415 that names what is spoken. */
function versionOf({ headers }: FastifyRequest): Version {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';');
  const proto = parameters.map((each) => each.trim()).find((each) => each.startsWith('proto='));
  const version = versions[proto?.slice('proto='.length) ?? 'prometheus.WriteRequest'];
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

/** The server tells when to come again. */
function tryLater(message: string): AppError {
  return new AppError(message, { status: 503, code: 'log-unavailable', retriable: true });
}

/** What was not selected was taken too: it is dropped on purpose, and nothing that the sender must send again. */
function tellWritten(reply: FastifyReply, samples: number): void {
  reply.headers({
    'x-prometheus-remote-write-samples-written': String(samples),
    'x-prometheus-remote-write-histograms-written': '0',
    'x-prometheus-remote-write-exemplars-written': '0',
  });
}

function createCounts(metrics: Metrics) {
  const help = 'Samples written to the receiver, by what became of them';
  const samples = metrics.counter('slicecast_ima_written_samples_total', help, ['outcome']);
  return (series: readonly WrittenSeries[], all: number) => {
    const selected = series.flatMap((each) => each.samples);
    const stale = selected.filter((sample) => sample.stale).length;
    samples.inc({ outcome: 'selected' }, selected.length - stale);
    samples.inc({ outcome: 'stale' }, stale);
    samples.inc({ outcome: 'not-selected' }, all - selected.length);
  };
}
