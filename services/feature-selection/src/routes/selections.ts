import type { Readable } from 'node:stream';
import {
  decodeSeriesStream,
  SelectionQuery,
  SelectionReport,
  SeriesStreamError,
  seriesStreamType,
} from '@slicecast/contracts';
import { AppError, type Server } from '@slicecast/platform';
import { RecordsRefused, readRecords } from '../domain/read-records.ts';
import type { Selector } from '../ports.ts';

export interface SelectionsOptions {
  readonly selector: Selector;
  readonly maxBodyBytes: number;
}

const defaultSeed = 20_200_118;

/** X and Y in, K features out: the body is a stream of Arrow batches, read at the pace of the work. */
export function addSelections(server: Server, { selector, maxBodyBytes }: SelectionsOptions): void {
  server.addContentTypeParser(seriesStreamType, (_request, payload, done) => done(null, payload));
  server.post(
    '/api/v1/selections',
    {
      bodyLimit: maxBodyBytes,
      schema: {
        tags: ['selections'],
        querystring: SelectionQuery,
        response: { 200: SelectionReport },
      },
    },
    async (request, reply) => {
      const { k, method = 'forward', horizonSeconds, stepMs, seed = defaultSeed } = request.query;
      const series = await read(request.body, maxBodyBytes);
      const ended = new AbortController();
      // Nobody waits for the answer any more.
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) ended.abort();
      });
      const horizonSteps = Math.max(1, Math.round((horizonSeconds * 1000) / stepMs));
      return selector.select({ ...series, stepMs, horizonSteps, k, method, seed }, ended.signal);
    },
  );
}

async function read(body: unknown, maxBytes: number) {
  if (typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body)) {
    throw refusal(415, 'not-a-stream', `send the series as ${seriesStreamType}`);
  }
  try {
    // The parser of this content type hands the request's own stream through.
    return await readRecords(decodeSeriesStream(body as Readable, { maxBytes }));
  } catch (error) {
    if (error instanceof RecordsRefused) throw refusal(400, 'series-invalid', error.message, error);
    if (!(error instanceof SeriesStreamError)) throw error;
    throw refusal(error.code === 'too-large' ? 413 : 400, error.code, error.message, error);
  }
}

function refusal(status: number, code: string, message: string, cause?: Error): AppError {
  return new AppError(message, { status, code, cause, errors: [{ field: 'body', message }] });
}
