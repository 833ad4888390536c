import { Readable } from 'node:stream';
import { Problem, SelectionQuery, SelectionReport, seriesStreamType } from '@slicecast/contracts';
import { AppError, type Metrics, type Server } from '@slicecast/platform';
import type { FastifyReply } from 'fastify';
import type { Selector } from '../ports.ts';
import { readSeries, type SeriesBounds } from './read-series.ts';

export interface SelectionsOptions {
  readonly selector: Selector;
  readonly bounds: SeriesBounds;
  /** Selections at a time, from the first byte of the body to the answer; more are refused with 503. */
  readonly concurrency: number;
  readonly metrics: Metrics;
}

/** Where the request names none: the same request gives the same report. */
const defaultSeed = 1;

/** `POST /api/v1/selections`: X and Y in, as a stream of Arrow batches; K features out. */
export function addSelections(server: Server, options: SelectionsOptions): void {
  const { selector, bounds, metrics } = options;
  const seconds = metrics.histogram('slicecast_selection_seconds', 'Time of one selection');
  const refused = metrics.counter('slicecast_selections_refused_total', 'Refused for want of room');
  let underWay = 0;

  server.addContentTypeParser(seriesStreamType, (_request, payload, done) => done(null, payload));
  server.post(
    '/api/v1/selections',
    {
      schema: {
        tags: ['selections'],
        summary: 'Chooses the features that forecast the KPI one horizon ahead',
        description: `The body is an Arrow IPC stream (${seriesStreamType}) with the fields role, feature and values: clock, kpi, then the candidates.`,
        querystring: SelectionQuery,
        response: {
          200: SelectionReport,
          400: Problem,
          413: Problem,
          415: Problem,
          422: Problem,
          503: Problem,
        },
      },
    },
    async (request, reply) => {
      if (underWay >= options.concurrency) {
        refused.inc();
        throw noRoom(underWay);
      }
      underWay += 1;
      const stopClock = seconds.startTimer();
      try {
        const { k, method = 'forward', horizonSeconds, stepMs, seed = defaultSeed } = request.query;
        const series = await readSeries(streamOf(request.body), bounds);
        const task = { ...series, k, method, horizonMs: horizonSeconds * 1000, stepMs, seed };
        const outcome = await selector.select(task, whenGone(reply));
        if ('report' in outcome) return outcome.report;
        const { code, message } = outcome.refused;
        throw new AppError(message, { status: 422, code });
      } finally {
        underWay -= 1;
        stopClock();
      }
    },
  );
}

/** The body's bytes; the request stays whole when they are not read to their end, so that it can be answered. */
function streamOf(body: unknown): AsyncIterable<Uint8Array> {
  if (body instanceof Readable) return body.iterator({ destroyOnReturn: false });
  const message = `Send the series as ${seriesStreamType}.`;
  throw new AppError(message, { status: 415, code: 'content-type-unsupported' });
}

/** Aborts when nobody waits for the answer any more. */
function whenGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

function noRoom(underWay: number): AppError {
  const message = `${underWay} selections are under way, and there is no room for more; try again.`;
  return new AppError(message, { status: 503, code: 'selections-full', retriable: true });
}
