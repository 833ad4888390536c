import type { AddressInfo } from 'node:net';
import { featureId, type Model, OperatorFile, seriesHash } from '@slicecast/contracts';
import {
  createMemoryLog,
  createTestDatabase,
  type Database,
  type Log,
  loadEnvironment,
  type Service,
  silentLogger,
  systemClock,
} from '@slicecast/platform';
import { type FastifyInstance, fastify } from 'fastify';
import { Value } from 'typebox/value';
import { createSro } from '../../src/app.ts';
import { SroConfig } from '../../src/config.ts';

/** IMA and forecasting as the SRO sees them: each answers what a test sets, and remembers what it was asked. */
export interface Upstreams {
  readonly imaUrl: string;
  readonly forecastingUrl: string;
  /** Path of each request that began work, with its idempotency key. */
  readonly calls: { readonly path: string; readonly key: string }[];
  /** Form of IMA's job and of the training, as a follower sees them. */
  imaJob: { status: string; progressPercent: number; detail: string | null };
  training: { status: string; progressPercent: number; detail: string | null };
  /** Answers 503 while true. */
  down: boolean;
  /** Runs before IMA answers that it has begun, with the request's key. */
  beforeBegun: ((key: string) => Promise<void>) | undefined;
  close(): Promise<void>;
}

export interface TestSro {
  readonly url: string;
  readonly service: Service;
  readonly database: Database;
  readonly log: Log;
  readonly upstreams: Upstreams;
  stop(): Promise<void>;
}

export const labels = { __name__: 'load' };
export const hash = seriesHash(labels);

/** The slice of MLO-V2, with a dry-run actuator. */
export function exampleFile(more: Partial<OperatorFile> = {}): OperatorFile {
  const file = {
    sources: [{ name: 'prometheus', url: 'http://127.0.0.1:9090' }],
    actuators: [
      { name: 'none', kind: 'dry-run' },
      {
        name: 'resize',
        kind: 'command',
        argv: ['true', '{bandwidth}'],
        parameters: { bandwidth: { pattern: '[0-9]+Mbit' } },
      },
    ],
    slices: [
      {
        id: 1,
        name: 'cassandra-reads',
        hosts: ['192.168.0.107'],
        kpi: { name: 'R_99' },
        sla: { bound: 180, side: 'upper' },
        flavors: [
          { id: 1, name: '10Mbit', pricePerHour: 1, rank: 1 },
          { id: 2, name: '30Mbit', pricePerHour: 3, rank: 2 },
        ],
        startFlavor: 1,
        sources: { profile: 'prometheus', live: 'prometheus' },
        actuator: 'none',
        k: 15,
      },
    ],
    callbacks: { allowPrivateAddresses: true },
    ...more,
  };
  const complete: unknown = Value.Default(OperatorFile, file);
  if (Value.Check(OperatorFile, complete)) return complete;
  throw new Error(
    `the test's operator file is wrong: ${JSON.stringify(Value.Errors(OperatorFile, complete)[0])}`,
  );
}

export interface TestSroOptions {
  readonly file?: OperatorFile;
  readonly env?: NodeJS.ProcessEnv;
  readonly database?: Database;
  readonly log?: Log;
  readonly upstreams?: Upstreams;
}

export async function startTestSro(options: TestSroOptions = {}): Promise<TestSro> {
  const upstreams = options.upstreams ?? (await startUpstreams());
  const database = options.database ?? (await createTestDatabase());
  const log = options.log ?? createMemoryLog();
  const config = loadEnvironment(SroConfig, {
    SRO_PORT: '0',
    IMA_URL: upstreams.imaUrl,
    FORECASTING_URL: upstreams.forecastingUrl,
    ...options.env,
  });
  const operatorFile = options.file ?? exampleFile();
  const service = createSro({
    config,
    operatorFile,
    database,
    log,
    clock: systemClock,
    logger: silentLogger,
  });
  const url = await service.start();
  return {
    url,
    service,
    database,
    log,
    upstreams,
    async stop() {
      await service.stop();
      if (options.upstreams === undefined) await upstreams.close();
      if (options.database === undefined) await database.close();
    },
  };
}

export async function startUpstreams(): Promise<Upstreams> {
  const running = { status: 'running', progressPercent: 50, detail: null };
  const state = {
    calls: [] as { path: string; key: string }[],
    imaJob: { ...running },
    training: { ...running, status: 'succeeded', progressPercent: 100 },
    down: false,
    beforeBegun: undefined as Upstreams['beforeBegun'],
  };
  const server = (routes: (server: FastifyInstance) => void) => {
    const made = fastify({ forceCloseConnections: true });
    made.addContentTypeParser('multipart/form-data', (_request, payload, done) => {
      payload.resume().on('end', () => done(null));
    });
    made.addHook('onRequest', async (_request, reply) => {
      if (state.down) await reply.code(503).send({ detail: 'down for a moment' });
    });
    routes(made);
    return made;
  };
  const begin = (location: string) => async (request: { url: string; headers: object }) => {
    const key =
      'idempotency-key' in request.headers ? String(request.headers['idempotency-key']) : '';
    state.calls.push({ path: request.url.split('?')[0] ?? '', key });
    await state.beforeBegun?.(key);
    return location;
  };
  const ima = server((made) => {
    const answer = begin('/api/v1/jobs/ima-1');
    made.post('/ymetrics/:id', async (request, reply) =>
      reply
        .code(201)
        .header('location', await answer(request))
        .send({ result: {} }),
    );
    made.post('/api/v1/slices/:id/extractions', async (request, reply) =>
      reply
        .code(202)
        .header('location', await answer(request))
        .send({}),
    );
    made.post('/elasticity/slice/:id/flavor/:flavor', async () => 'Ok');
    made.get('/api/v1/jobs/:id', async () => job('extraction', 'ima-1', state.imaJob, null));
  });
  const forecasting = server((made) => {
    const answer = begin('/api/v1/jobs/training-1');
    made.post('/api/v1/models', async (request, reply) =>
      reply
        .code(202)
        .header('location', await answer(request))
        .send({}),
    );
    made.get('/api/v1/jobs/:id', async () =>
      job('training', 'training-1', state.training, { modelId: 'model-1' }),
    );
    made.get('/api/v1/models/:id', async () => model());
  });
  const imaUrl = await listen(ima);
  const forecastingUrl = await listen(forecasting);
  return Object.assign(state, {
    imaUrl,
    forecastingUrl,
    async close() {
      await ima.close();
      await forecasting.close();
    },
  });
}

async function listen(server: FastifyInstance): Promise<string> {
  await server.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}

function job(kind: string, id: string, state: Upstreams['imaJob'], result: unknown) {
  const head = { tenantId: 'default', sliceId: 1, flavorId: 1, step: kind };
  return { id, kind, ...head, ...state, createdAt: 1, updatedAt: 1, result };
}

function model(): Model {
  const scoreboard = {
    champion: 'log-lad',
    scores: [],
    skill: { baseline: 'persistence', value: 0.3, lower: 0.2, upper: 0.4 },
    gated: true,
    coverage80: 0.8,
    coverage95: 0.95,
  };
  const feature = {
    series: hash,
    labels,
    transform: 'raw',
    windowMs: 0,
    maxAgeMs: 2500,
  } as const;
  return {
    id: 'model-1',
    tenantId: 'default',
    sliceId: 1,
    flavorId: 1,
    horizonSeconds: 30,
    stepMs: 2000,
    features: [feature],
    periodSeconds: null,
    rows: 3,
    dataHash: featureId(feature),
    seed: 1,
    trainingSeconds: 1,
    createdAt: 1,
    liveKpi: scoreboard,
    xAlone: scoreboard,
  };
}
