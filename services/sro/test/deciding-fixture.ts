import {
  type SliceDecision,
  type SliceForecast,
  type SliceState,
  topics,
} from '@slicecast/contracts';
import {
  AppError,
  createMemoryLog,
  createMetrics,
  createServer,
  createSteppedClock,
  createTestDatabase,
  type Database,
  type HttpClient,
  type HttpRequest,
  type Log,
  migrate,
  silentLogger,
} from '@slicecast/platform';
import { expect, vi } from 'vitest';
import { createChangeStore } from '../src/adapters/change-store.ts';
import { decidingMigrations } from '../src/adapters/deciding-migrations.ts';
import { createDecisionStore } from '../src/adapters/decision-store.ts';
import { createDeciding } from '../src/deciding.ts';
import type { Actuator } from '../src/deciding-ports.ts';
import type { SliceStore } from '../src/ports.ts';
import { aForecast, aSlice, T0 } from './domain/samples.ts';

/** Slices in memory, behind the port of the database's. */
export function createMemorySlices(...slices: SliceState[]): SliceStore {
  const states = new Map(slices.map((slice) => [slice.sliceId, slice]));
  return {
    async get(sliceId, tenantId) {
      const slice = states.get(sliceId);
      return tenantId === undefined || slice?.tenantId === tenantId ? slice : undefined;
    },
    list: async () => [...states.values()],
    newest: async (sliceIds = [...states.keys()]) =>
      new Map(
        sliceIds.flatMap((sliceId) => {
          const state = states.get(sliceId);
          return state === undefined || state.deleted ? [] : [[sliceId, state] as const];
        }),
      ),
    async update(sliceId, change) {
      const state = states.get(sliceId);
      if (state === undefined) throw new AppError('gone', { status: 404, code: 'slice-unknown' });
      const next = change(state);
      if (next === undefined) return state;
      states.set(sliceId, { ...next, version: state.version + 1 });
      return { ...next, version: state.version + 1 };
    },
    actuatorOf: async () => 'link',
  };
}

/** An actuator that records what it is asked for; each call does what the next behaviour says. */
export function createRecordingActuator(...behaviours: ('succeed' | 'fail' | 'hang')[]) {
  const calls: number[] = [];
  const keys: string[] = [];
  const actuator: Actuator = {
    async apply({ key, to, signal }) {
      calls.push(to.id);
      keys.push(key);
      const behaviour = behaviours.shift() ?? 'succeed';
      if (behaviour === 'fail') {
        throw new AppError('no such device', { status: 502, code: 'actuator-exit-code' });
      }
      if (behaviour === 'succeed') return;
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
  };
  return { actuator, calls, keys };
}

export const config = {
  CHANGE_SECONDS: 3,
  CHANGE_DEADLINE_MS: 60_000,
  MAX_DECISION_AGE_MS: 10_000,
  DECISION_RETENTION_DAYS: 30,
};

/** One for all tests of a file: an empty database takes more than a second to make. */
let shared: Promise<Database> | undefined;

async function openDatabase(): Promise<Database> {
  const database = await createTestDatabase();
  await migrate(database, 'sro', decidingMigrations);
  return database;
}

/** What outlives a process: database, log, slices and the clock. */
export async function createWorld(slice: SliceState = aSlice()) {
  shared ??= openDatabase();
  const database = await shared;
  await database.query('truncate sro.changes, sro.decisions, sro.change_versions');
  const log = createMemoryLog();
  const slices = createMemorySlices(slice);
  const clock = createSteppedClock(T0);
  const changes = createChangeStore(database);
  const decisions = createDecisionStore(database);
  return { database, log, slices, clock, changes, decisions };
}
export type World = Awaited<ReturnType<typeof createWorld>>;

export interface ProcessOptions {
  readonly actuator?: Actuator;
  readonly log?: Log;
  readonly database?: Database;
  readonly slices?: SliceStore;
  readonly config?: Partial<typeof config>;
  readonly imaFails?: boolean;
}

/** One process of the SRO's deciding part on that world. */
export function createProcess(world: World, options: ProcessOptions = {}) {
  const announced: string[] = [];
  const ima: HttpClient = {
    async request<Body>(request: HttpRequest) {
      announced.push(request.url);
      if (options.imaFails === true) throw new AppError('down', { status: 503, code: 'upstream' });
      return { status: 200, headers: {}, body: 'Ok' as Body };
    },
  };
  const actuator = options.actuator ?? createRecordingActuator().actuator;
  const metrics = createMetrics('sro');
  const deciding = createDeciding({
    instance: 'sro',
    log: options.log ?? world.log,
    database: options.database ?? world.database,
    slices: options.slices ?? world.slices,
    clock: world.clock,
    actuators: new Map([['link', actuator]]),
    ima,
    logger: silentLogger,
    metrics,
    config: { ...config, ...options.config },
  });
  const server = createServer({
    name: 'sro',
    logger: silentLogger,
    metrics,
    ready: async () => [deciding.ready()],
  });
  deciding.register(server);
  return { deciding, server, announced, metrics };
}

export function send(world: World, ...forecasts: SliceForecast[]): Promise<void> {
  const messages = forecasts.map((value) => ({ key: String(value.sliceId), at: value.at, value }));
  return world.log.append(topics.sliceForecasts, messages);
}

/** All decisions in the log, in its order. */
export async function decided(world: World): Promise<SliceDecision[]> {
  const found: SliceDecision[] = [];
  const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for await (const { value } of world.log.readByTime({ topic: topics.sliceDecisions, ...all })) {
    found.push(value);
  }
  return found;
}

/** Waits until a tick is decided and no change is open, as a replay does. */
export async function step(
  world: World,
  at: number,
  probabilities: Readonly<Record<number, number>>,
): Promise<void> {
  world.clock.advanceTo(at);
  const slice = await world.slices.get(1);
  if (slice === undefined) throw new Error('no slice');
  const { epoch, flavorInForce } = slice;
  await send(world, aForecast(at, probabilities, { epoch, flavorInForce }));
  await vi.waitFor(async () => {
    expect((await decided(world)).at(-1)?.at).toBe(at);
  }, waiting);
  await settled(world);
}

export async function settled(world: World): Promise<void> {
  await vi.waitFor(async () => {
    const [newest] = await world.changes.list(1, { limit: 1 });
    expect(newest?.status ?? 'none').not.toMatch(/requested|applying/);
  }, waiting);
}

const waiting = { interval: 5, timeout: 10_000 };

/** `expect.poll` with time enough for a busy machine. */
export function eventually<Value>(read: () => Value) {
  return expect.poll(read, waiting);
}

export const storm = { 1: 0.9, 2: 0.05 };
export const calm = { 1: 0.05, 2: 0.05 };
