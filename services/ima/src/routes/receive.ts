import { AppError, type Metrics, type Server } from '@slicecast/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decompressBlock, TooLarge } from '../adapters/snappy-block.ts';
import type { WriteRequest, WrittenSeries } from '../domain/remote-write/read-write-request.ts';
import { refuseTimes, type TimeFault } from '../domain/remote-write/refuse-times.ts';
import { MalformedWrite } from '../domain/remote-write/wire.ts';
import type { WriteReader, WriteVersion } from '../domain/remote-write/write-reader.ts';
import { type ByteBudget, createByteBudget } from './byte-budget.ts';
import { type ReceiveAuth, refuseStranger } from './receive-auth.ts';
import { createWriteCounts } from './write-counts.ts';
import { writeVersionOf } from './write-form.ts';

export interface ReceiveOptions {
  readonly reader: WriteReader;
  /** Resolves when the log has them. */
  readonly publish: (series: readonly WrittenSeries[]) => Promise<void>;
  /** Why the receiver does not know yet what is selected; undefined when it does. */
  readonly missing: () => string | undefined;
  /** Epoch ms, on the clock of the feeds. */
  readonly now: () => number;
  readonly auth: ReceiveAuth;
  readonly metrics: Metrics;
  /** Of a body as it comes. */
  readonly maxBodyBytes: number;
  /** Of a body when decompressed. */
  readonly maxDecodedBytes: number;
  /** Of all bodies that are being answered; and of the same decompressed, while they wait for the log. */
  readonly maxInFlightBytes: number;
}

/** Prometheus' remote write, 1.0 and 2.0: 2xx once the log has what is selected. */
export function addReceive(server: Server, options: ReceiveOptions): void {
  const onRequest = createGate(options);
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
      scope.post(path, { schema, config: { ownAuthorization: true }, onRequest }, receive);
    }
  });
  const schema = { tags: ['remote write'], summary: 'As MLO-V2 had it' };
  server.get('/healthz', { schema, config: { ownAuthorization: true } }, async () => ({
    status: 'UP',
  }));
}

/** What the headers alone tell: a stranger, another form or one too many makes nobody read a body. */
function createGate({ auth, missing, maxBodyBytes, maxInFlightBytes }: ReceiveOptions) {
  const bodies = createByteBudget(maxInFlightBytes);
  return async (request: FastifyRequest, reply: FastifyReply) => {
    refuseStranger(request, reply, auth);
    writeVersionOf(request);
    const why = missing();
    if (why !== undefined) throw tryLater(`the receiver is not ready: ${why}`);
    const bytes = Math.min(Number(request.headers['content-length'] ?? maxBodyBytes), maxBodyBytes);
    hold(bodies, bytes);
    reply.raw.once('close', () => bodies.give(bytes));
  };
}

function createReceiver(options: ReceiveOptions) {
  const { reader, publish, now, maxDecodedBytes } = options;
  const waiting = createByteBudget(options.maxInFlightBytes);
  const count = createWriteCounts(options.metrics);

  return async (request: FastifyRequest, reply: FastifyReply) => {
    const version = writeVersionOf(request);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { series, samples, bytes } = read(body, version, reader, maxDecodedBytes);
    const { taken, refused } = refuseTimes(series, now());
    hold(waiting, bytes);
    try {
      if (taken.length > 0) await publish(taken);
    } catch (error) {
      if (error instanceof AppError && error.retriable) throw tryLater(error.message);
      throw error;
    } finally {
      waiting.give(bytes);
    }
    count({ taken, refused, samples });
    if (version === 2) tellWritten(reply, samples - refused.length);
    const [fault] = refused;
    if (fault !== undefined) throw wrongTimes(fault, refused.length, samples);
    return reply.code(200).send();
  };
}

function read(
  body: Buffer,
  version: WriteVersion,
  reader: WriteReader,
  maxDecodedBytes: number,
): WriteRequest & { bytes: number } {
  try {
    // Nothing at all is a request without series.
    if (body.length === 0) return { series: [], samples: 0, bytes: 0 };
    const decoded = decompressBlock(body, maxDecodedBytes);
    return { ...reader.read(version, decoded), bytes: decoded.length };
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

function hold(budget: ByteBudget, bytes: number): void {
  if (!budget.take(bytes)) throw tryLater(`${budget.held} bytes are on their way to the log`);
}

/** The server tells when to come again. */
function tryLater(message: string): AppError {
  return new AppError(message, { status: 503, code: 'log-unavailable', retriable: true });
}

/** The rest was written: what remote write calls a partial write, not to be sent again. */
function wrongTimes(fault: TimeFault, refused: number, samples: number): AppError {
  const why = {
    'from-the-future': "more than 5 s ahead of IMA's clock; set the clocks of both machines",
    'before-1970': 'before 1970; remote write counts milliseconds since then',
  }[fault];
  const message = `${refused} of ${samples} samples are refused, the others are written: the first has a time ${why}`;
  const errors = [{ field: 'timestamp', message }];
  return new AppError(message, { status: 400, code: 'write-time-refused', errors });
}

/** What was not selected was taken too: it is dropped on purpose, and nothing that the sender must send again. */
function tellWritten(reply: FastifyReply, samples: number): void {
  reply.headers({
    'x-prometheus-remote-write-samples-written': String(samples),
    'x-prometheus-remote-write-histograms-written': '0',
    'x-prometheus-remote-write-exemplars-written': '0',
  });
}
