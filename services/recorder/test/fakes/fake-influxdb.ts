import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type ParsedPoint, parseLines } from './parse-lines.ts';

/** What the next write gets in place of being taken. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The points are taken all the same: an acknowledgement that got lost. */
  readonly taken?: boolean;
}

export type Misbehaviour = Answer | 'no-answer' | 'connection-reset';

/** An InfluxDB of version 1.8 or 2 in memory, over HTTP, that fails as it is told. */
export interface FakeInfluxdb {
  readonly url: string;
  /** By bucket, as it was made. */
  readonly buckets: ReadonlyMap<string, { readonly retentionSeconds: number }>;
  /** The distinct points of a bucket, with how often each was written. */
  points(bucket: string): readonly (ParsedPoint & { readonly writes: number })[];
  /** Requests to write, with their lines. */
  readonly writes: readonly { readonly bucket: string; readonly lines: number }[];
  /** The next writes behave so, one after another. */
  misbehave(...next: readonly Misbehaviour[]): void;
  /** Lines that are refused: the others of their request are taken, as the server does. */
  refuse(bad: (point: ParsedPoint) => string | undefined): void;
  drop(bucket: string): void;
  close(): Promise<void>;
}

export async function startFakeInfluxdb(version: 1 | 2): Promise<FakeInfluxdb> {
  const state = createState();
  const server = createServer((request, response) => {
    handle(state, version, request, response).catch((error: unknown) => {
      answer(response, { status: 400, body: { error: String(error), message: String(error) } });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    buckets: state.buckets,
    writes: state.writes,
    points: (bucket) => [...(state.points.get(bucket)?.values() ?? [])],
    misbehave: (...next) => void state.next.push(...next),
    refuse(bad) {
      state.bad = bad;
    },
    drop(bucket) {
      state.buckets.delete(bucket);
      state.points.delete(bucket);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Stored = ParsedPoint & { writes: number };

function createState() {
  return {
    buckets: new Map<string, { retentionSeconds: number }>(),
    points: new Map<string, Map<string, Stored>>(),
    writes: [] as { bucket: string; lines: number }[],
    next: [] as Misbehaviour[],
    bad: (_point: ParsedPoint): string | undefined => undefined,
  };
}

type State = ReturnType<typeof createState>;

async function handle(
  state: State,
  version: 1 | 2,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake');
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  if (url.pathname === '/ping') return answer(response, { status: 204 });
  if (url.pathname === '/api/v2/write') {
    const named = url.searchParams.get('bucket') ?? '';
    const bucket = version === 1 ? named.replace(/\/autogen$/, '') : named;
    const outcome = write(state, bucket, body);
    if (outcome === 'connection-reset') response.destroy();
    else if (outcome !== 'no-answer') answer(response, outcome);
    return;
  }
  const made = version === 1 ? influxQl(state, url) : bucketsApi(state, url, request.method, body);
  answer(response, made);
}

function write(state: State, bucket: string, body: string): Misbehaviour {
  const points = parseLines(body);
  state.writes.push({ bucket, lines: points.length });
  const next = state.next.shift();
  if (typeof next === 'string' || (next !== undefined && next.taken !== true)) return next;
  if (!state.buckets.has(bucket)) {
    return { status: 404, body: { error: `database not found: "${bucket}"` } };
  }
  const stored = state.points.get(bucket) ?? new Map<string, Stored>();
  state.points.set(bucket, stored);
  const refusals = points.flatMap((point) => {
    const why = state.bad(point);
    if (why === undefined) keep(stored, point);
    return why === undefined ? [] : [why];
  });
  if (next !== undefined) return next;
  if (refusals.length === 0) return { status: 204 };
  const error = `partial write: ${refusals[0]} dropped=${refusals.length}`;
  return { status: 400, body: { error } };
}

function keep(stored: Map<string, Stored>, point: ParsedPoint): void {
  const tags = Object.entries(point.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = JSON.stringify([point.measurement, tags, point.at]);
  const before = stored.get(key);
  const fields = { ...before?.fields, ...point.fields };
  stored.set(key, { ...point, fields, writes: (before?.writes ?? 0) + 1 });
}

function influxQl(state: State, url: URL): Answer {
  const query = url.searchParams.get('q') ?? '';
  if (query === 'SHOW DATABASES') {
    const values = [...state.buckets.keys()].map((name) => [name]);
    const series = [{ name: 'databases', columns: ['name'], values }];
    return { status: 200, body: { results: [{ statement_id: 0, series }] } };
  }
  const made =
    /^CREATE DATABASE "([^"]+)" WITH DURATION (INF|(\d+)h) REPLICATION 1 NAME "autogen"$/.exec(
      query,
    );
  if (made === null) return { status: 400, body: { error: `error parsing query: ${query}` } };
  state.buckets.set(made[1] ?? '', { retentionSeconds: Number(made[3] ?? 0) * 3600 });
  return { status: 200, body: { results: [{ statement_id: 0 }] } };
}

function bucketsApi(state: State, url: URL, method: string | undefined, body: string): Answer {
  if (url.pathname === '/api/v2/orgs') return { status: 200, body: { orgs: [{ id: 'org-1' }] } };
  const name = url.searchParams.get('name') ?? '';
  if (method === 'GET') {
    if (state.buckets.has(name)) return { status: 200, body: { buckets: [{ name }] } };
    return { status: 404, body: { code: 'not found', message: `bucket "${name}" not found` } };
  }
  const wanted = JSON.parse(body);
  if (wanted.orgID !== 'org-1') return { status: 400, body: { message: 'no such organisation' } };
  const retentionSeconds = Number(wanted.retentionRules[0].everySeconds);
  state.buckets.set(String(wanted.name), { retentionSeconds });
  return { status: 201, body: { id: 'bucket-1', name: wanted.name } };
}

function answer(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  const json = { 'content-type': 'application/json' };
  response.writeHead(status, { ...(body === undefined ? {} : json), ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
