import type { Labels } from '@slicecast/contracts';
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify';

export interface FakeSeries {
  readonly labels: Labels;
  /** Epoch ms, ascending. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** What the next request of a path gets instead of an answer. */
export interface Fault {
  /** Part of the path, e.g. `query_range`. */
  readonly path: string;
  readonly times: number;
  readonly answer: (reply: FastifyReply) => unknown;
}

export interface FakePrometheus {
  readonly url: string;
  readonly requests: { path: string; method: string; parameters: URLSearchParams }[];
  /** Headers of the newest request. */
  readonly lastHeaders: () => Readonly<Record<string, unknown>>;
  fail(fault: Fault): void;
  warn(warning: string): void;
  close(): Promise<void>;
}

/** An answer of the API's error form. */
export function errorAnswer(status: number, errorType: string, error: string): Fault['answer'] {
  return (reply) => reply.code(status).send({ status: 'error', errorType, error });
}

const lookBackMs = 300_000;

/** A Prometheus over HTTP that knows the forms of question that IMA asks, and fails when told to. */
export async function startFakePrometheus(series: readonly FakeSeries[]): Promise<FakePrometheus> {
  const server = fastify();
  const requests: FakePrometheus['requests'] = [];
  const faults: { -readonly [Key in keyof Fault]: Fault[Key] }[] = [];
  const warnings: string[] = [];
  let headers: Readonly<Record<string, unknown>> = {};
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, String(body)),
  );
  function route(path: string, answer: (parameters: URLSearchParams) => unknown): void {
    server.route({
      method: ['GET', 'POST'],
      url: `/api/v1/${path}`,
      handler: async (request, reply) => {
        headers = request.headers;
        const text = request.method === 'POST' ? String(request.body) : request.url.split('?')[1];
        const parameters = new URLSearchParams(text);
        requests.push({ path, method: request.method, parameters });
        const fault = faults.find((each) => path.includes(each.path) && each.times > 0);
        if (fault !== undefined) {
          fault.times -= 1;
          return fault.answer(reply);
        }
        const told = warnings.length === 0 ? {} : { warnings };
        return { status: 'success', data: answer(parameters), ...told };
      },
    });
  }
  route('label/__name__/values', (parameters) => {
    const found = select(series, parameters.get('match[]') ?? '{}');
    return [...new Set(found.map(({ labels }) => labels.__name__))];
  });
  route('series', (parameters) =>
    select(series, parameters.get('match[]') ?? '{}').map(({ labels }) => labels),
  );
  route('query_range', (parameters) => rangeAnswer(series, parameters));
  route('query', (parameters) => instantAnswer(series, parameters));
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    requests,
    lastHeaders: () => headers,
    fail: (fault) => faults.push({ ...fault }),
    warn: (warning) => warnings.push(warning),
    close: () => closeNow(server),
  };
}

async function closeNow(server: FastifyInstance): Promise<void> {
  server.server.closeAllConnections();
  await server.close();
}

function rangeAnswer(series: readonly FakeSeries[], parameters: URLSearchParams) {
  const start = Number(parameters.get('start')) * 1000;
  const end = Number(parameters.get('end')) * 1000;
  const step = Number(parameters.get('step')) * 1000;
  const result = select(series, parameters.get('query') ?? '').map((each) => {
    const values: [number, string][] = [];
    for (let at = start; at <= end; at += step) {
      const index = each.times.findLastIndex((time) => time <= at && time > at - lookBackMs);
      if (index >= 0) values.push([at / 1000, text(each.values[index])]);
    }
    return { metric: each.labels, values };
  });
  return { resultType: 'matrix', result: result.filter(({ values }) => values.length > 0) };
}

function instantAnswer(series: readonly FakeSeries[], parameters: URLSearchParams) {
  const at = Number(parameters.get('time')) * 1000;
  const query = parameters.get('query') ?? '';
  const [, selector = query, seconds] = /^(.*)\[(\d+)s\]$/s.exec(query) ?? [];
  const from = at - Number(seconds ?? lookBackMs / 1000) * 1000;
  const found = select(series, selector).map((each) => ({
    metric: each.labels,
    values: each.times.flatMap((time, index): [number, string][] =>
      time > from && time <= at ? [[time / 1000, text(each.values[index])]] : [],
    ),
  }));
  const present = found.filter(({ values }) => values.length > 0);
  if (seconds !== undefined) return { resultType: 'matrix', result: present };
  const result = present.map(({ metric, values }) => ({ metric, value: values.at(-1) }));
  return { resultType: 'vector', result };
}

function text(value: number | undefined): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return String(value);
}

/** Evaluates `{name="value",name=~"pattern"}`, with or without a metric's name before it. */
function select(series: readonly FakeSeries[], selector: string): readonly FakeSeries[] {
  const parts = /^\s*([a-zA-Z_:][\w:]*)?\s*(?:\{(.*)\})?\s*$/s.exec(selector);
  // An expression: more than this Prometheus knows.
  if (parts === null) return [];
  const [, name = '', inner = ''] = parts;
  const matchers = [...inner.matchAll(/(\w+)(=~|=)"((?:[^"\\]|\\.)*)"/g)].map(
    ([, label = '', operator, value = '']) => {
      const plain = value.replaceAll(/\\(.)/g, '$1');
      const matches =
        operator === '='
          ? (candidate: string) => candidate === plain
          : (candidate: string) => new RegExp(`^(?:${plain})$`).test(candidate);
      return { label, matches };
    },
  );
  return series.filter(
    ({ labels }) =>
      (name === '' || labels.__name__ === name) &&
      matchers.every(({ label, matches }) => matches(labels[label] ?? '')),
  );
}
