import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { instantOf, parametersOf, stepOf } from './parameters.ts';
import type { Recording, Samples } from './recording.ts';
import { BadQuery, parseSelector } from './selector.ts';

/** More points of a series than this are refused, as Prometheus does. */
const mostPoints = 11_000;

type Answer = (parameters: URLSearchParams, request: FastifyRequest) => unknown;

/** Prometheus' HTTP API over a recording: names, series, instant, range and range-selector queries. */
export function addPrometheusApi(server: FastifyInstance, recording: Recording): void {
  const route = (url: string, answer: Answer) =>
    server.route({
      method: ['GET', 'POST'],
      url,
      handler: async (request, reply) =>
        envelope(reply, () => answer(parametersOf(request), request)),
    });

  route('/api/v1/query', (parameters) => {
    const selector = parseSelector(parameters.get('query') ?? '');
    const at = instantOf(parameters, 'time', recording.nowSeconds);
    if (selector.rangeSeconds !== undefined) {
      const found = recording.samples(selector, at - selector.rangeSeconds, at);
      return { resultType: 'matrix', result: found.map(matrix) };
    }
    const found = recording.atInstants(selector, [at]);
    return { resultType: 'vector', result: found.map(vector) };
  });

  route('/api/v1/query_range', (parameters) => {
    const selector = parseSelector(parameters.get('query') ?? '');
    if (selector.rangeSeconds !== undefined) {
      throw new BadQuery(
        'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
      );
    }
    const instants = instantsOf(parameters);
    return { resultType: 'matrix', result: recording.atInstants(selector, instants).map(matrix) };
  });

  route('/api/v1/series', (parameters) => labelsIn(parameters));

  route('/api/v1/label/:name/values', (parameters, request) => {
    const { name } = request.params as { name: string };
    const values = labelsIn(parameters).flatMap((labels) => labels[name] ?? []);
    return [...new Set(values)].sort();
  });

  function labelsIn(parameters: URLSearchParams) {
    const given = parameters.getAll('match[]');
    const selectors =
      given.length === 0 ? [parseSelector('{__name__=~".+"}')] : given.map(parseSelector);
    const from = instantOf(parameters, 'start', Number.NEGATIVE_INFINITY);
    const to = instantOf(parameters, 'end', recording.nowSeconds);
    return recording.labels(selectors, from, to);
  }
}

function instantsOf(parameters: URLSearchParams): readonly number[] {
  const start = instantOf(parameters, 'start', Number.NaN);
  const end = instantOf(parameters, 'end', Number.NaN);
  const step = stepOf(parameters);
  if (!(end >= start))
    throw new BadQuery('invalid parameter "end": end timestamp must not be before start time');
  if ((end - start) / step > mostPoints) {
    throw new BadQuery(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  const count = Math.floor((end - start) / step + 1e-9) + 1;
  return Array.from({ length: count }, (_, index) => start + index * step);
}

function envelope(reply: FastifyReply, answer: () => unknown) {
  try {
    return reply.send({ status: 'success', data: answer() });
  } catch (error) {
    if (!(error instanceof BadQuery)) throw error;
    return reply.code(400).send({ status: 'error', errorType: 'bad_data', error: error.message });
  }
}

function matrix({ labels, points }: Samples) {
  return { metric: labels, values: points.map(([second, value]) => [second, text(value)]) };
}

function vector({ labels, points }: Samples) {
  const [second = 0, value = Number.NaN] = points[0] ?? [];
  return { metric: labels, value: [second, text(value)] };
}

function text(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
