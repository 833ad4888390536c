import {
  createMetrics,
  createServer,
  createSteppedClock,
  createTestDatabase,
  type Database,
  type Metrics,
  migrate,
  type Resolve,
  type SteppedClock,
  silentLogger,
  type TenantKeys,
} from '@slicecast/platform';
import type { Delivery } from '../../src/callbacks/delivery-store.ts';
import { type Callbacks, createCallbacks } from '../../src/callbacks.ts';

export const T0 = 1_700_000_000_000;
export const SECOND = 1000;
export const DAY = 86_400_000;

export interface FixtureOptions {
  readonly allowPrivateAddresses?: boolean;
  readonly resolve?: Resolve;
  /** Another replica, whose clock and deliveries it shares. */
  readonly beside?: { readonly clock: SteppedClock };
}

export type Fixture = Awaited<ReturnType<typeof aCallbacks>>;

/** One of a test file: a database in memory takes seconds to make. */
let shared: Promise<Database> | undefined;

/** Callbacks on an empty table of a database in memory and a clock that is stepped by hand. */
export async function aCallbacks(options: FixtureOptions = {}) {
  const { allowPrivateAddresses = true, resolve, beside } = options;
  shared ??= createTestDatabase();
  const database = await shared;
  const clock = beside?.clock ?? createSteppedClock(T0);
  const metrics = createMetrics('sro');
  const callbacks = createCallbacks({
    database,
    logger: silentLogger,
    metrics,
    clock,
    allowPrivateAddresses,
    ...(resolve === undefined ? {} : { resolve }),
  });
  if (beside === undefined) {
    await migrate(database, 'sro', callbacks.migrations);
    await database.query('delete from sro.callbacks');
  }
  return {
    database,
    clock,
    metrics,
    callbacks,
    enqueue: (url: string, id = 'job-1-profile.ready', tenantId = 'default') =>
      enqueue(database, callbacks, { url, id, tenantId, now: clock.now() }),
    row: (id = 'job-1-profile.ready') => rowOf(database, id),
    /** One round after so many ms. */
    async later(ms: number) {
      clock.advanceTo(clock.now() + ms);
      await callbacks.deliverDue();
    },
  };
}

export const body = { event: 'profile.ready', sliceId: 7, at: T0 };

function enqueue(
  database: Database,
  callbacks: Callbacks,
  delivery: { url: string; id: string; tenantId: string; now: number },
) {
  return database.transaction((tx) => callbacks.enqueue(tx, { ...delivery, sliceId: 7, body }));
}

async function rowOf(database: Database, id: string) {
  const [row] = await database.query<Pick<Delivery, 'status' | 'attempts' | 'lastError'>>(
    'select status, attempts, last_error as "lastError" from sro.callbacks where id = $1',
    [id],
  );
  return row;
}

/** Attempts by their outcome, as /metrics tells them. */
export async function outcomes(metrics: Metrics): Promise<Record<string, number>> {
  const { body: text } = await metrics.text();
  const lines = text.matchAll(/^slicecast_callbacks_total\{.*?outcome="(\w+)".*?\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, outcome, n]) => [outcome, Number(n)]));
}

/** The server with the routes of the callbacks. */
export function serve(fixture: Fixture, tenants?: TenantKeys) {
  const server = createServer({
    name: 'sro',
    logger: silentLogger,
    metrics: fixture.metrics,
    ready: async () => [],
    ...(tenants === undefined ? {} : { tenants }),
  });
  fixture.callbacks.register(server);
  return server;
}
