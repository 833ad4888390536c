import type { Labels } from '@slicecast/contracts';
import { fastify } from 'fastify';

/**
 * A Prometheus that makes its answers up: `BENCH_NAMES` metrics at `BENCH_INSTANCES` instances,
 * scraped every second for ever. Prints its URL. A fifth is constant, a tenth dead, a fifth counts,
 * a tenth are duplicates; the rest follow a load with noise of their own.
 */
const names = Number(process.env.BENCH_NAMES ?? 400);
const instances = Number(process.env.BENCH_INSTANCES ?? 50);

interface Generated {
  readonly labels: Labels;
  readonly at: (second: number) => number | undefined;
}

const series: readonly Generated[] = Array.from({ length: names * instances }, (_, index) => {
  const name = Math.floor(index / instances);
  const host = index % instances;
  const labels = {
    __name__: `generated_metric_${String(name).padStart(4, '0')}${name % 10 < 2 ? '_total' : ''}`,
    instance: `10.1.0.${host}:9100`,
    job: 'generated',
    device: `device-${name % 7}`,
  };
  return { labels, at: generatorOf(name, host) };
});
const byName = Map.groupBy(series, ({ labels }) => labels.__name__ ?? '');

function generatorOf(name: number, host: number): Generated['at'] {
  const phase = name * 0.37 + host * 1.13;
  const kind = name % 10;
  if (kind < 2) return (second) => Math.floor(second * (5 + host) + 900 * Math.sin(second / 180));
  if (kind < 4) return () => name;
  if (kind === 4) return (second) => (second % 100_000 < 50 ? 1 : undefined);
  if (kind === 5) return (second) => load(second);
  return (second) => load(second) * (1 + host / 50) + 20 * noise(second, phase);
}

function load(second: number): number {
  return 100 + 60 * Math.sin(second / 187);
}

/** A number from −1 to 1 that looks random and is the same every time. */
function noise(second: number, phase: number): number {
  const turn = Math.sin(second * 12.9898 + phase * 78.233) * 43_758.5453;
  return 2 * (turn - Math.floor(turn)) - 1;
}

function select(selector: string): readonly Generated[] {
  const name = /__name__(=~|=)"([^"]*)"/.exec(selector);
  const wanted =
    name === null ? series : (name[2] ?? '').split('|').flatMap((each) => byName.get(each) ?? []);
  const instance = /(?:^|[{,])instance="([^"]*)"/.exec(selector)?.[1];
  return instance === undefined
    ? wanted
    : wanted.filter((each) => each.labels.instance === instance);
}

function matrix(selector: string, from: number, to: number, step: number) {
  const result = select(selector).map(({ labels, at }) => {
    const values: [number, string][] = [];
    for (let second = from; second <= to; second += step) {
      const value = at(second);
      if (value !== undefined) values.push([second, String(value)]);
    }
    return { metric: labels, values };
  });
  return { resultType: 'matrix', result: result.filter(({ values }) => values.length > 0) };
}

const server = fastify();
server.addContentTypeParser(
  'application/x-www-form-urlencoded',
  { parseAs: 'string' },
  (_request, body, done) => done(null, String(body)),
);

function route(path: string, answer: (parameters: URLSearchParams) => unknown): void {
  server.route({
    method: ['GET', 'POST'],
    url: `/api/v1/${path}`,
    handler: async (request) => {
      const text = request.method === 'POST' ? String(request.body) : request.url.split('?')[1];
      return { status: 'success', data: answer(new URLSearchParams(text)) };
    },
  });
}

route('label/__name__/values', () => [...byName.keys()]);
route('series', (parameters) =>
  select(parameters.get('match[]') ?? '').map(({ labels }) => labels),
);
route('query_range', (parameters) => {
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(parameters.get(name)));
  return matrix(parameters.get('query') ?? '', start ?? 0, end ?? 0, step ?? 1);
});
route('query', (parameters) => {
  const time = Number(parameters.get('time'));
  const query = parameters.get('query') ?? '';
  const length = Number(/\[(\d+)s\]$/.exec(query)?.[1] ?? 1);
  return matrix(query, time - length + 1, time, 1);
});

process.stdout.write(`${await server.listen({ port: 0, host: '127.0.0.1' })}\n`);
