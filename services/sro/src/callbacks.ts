import { lookup } from 'node:dns/promises';
import {
  type Clock,
  type Database,
  every,
  type Logger,
  type Metrics,
  type Migration,
  type Queryable,
  type Resolve,
  type Server,
} from '@slicecast/platform';
import { checkCallbackUrl } from './callbacks/check-url.ts';
import { deliverDue } from './callbacks/deliver.ts';
import { createDeliveryStore, type NewDelivery } from './callbacks/delivery-store.ts';
import { callbackMigrations } from './callbacks/migrations.ts';
import { createPostCallback } from './callbacks/post-callback.ts';
import { addCallbackRoutes } from './callbacks/routes.ts';

export interface CallbacksOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Wall clock: ages and pauses of deliveries. */
  readonly clock: Pick<Clock, 'now'>;
  readonly allowPrivateAddresses: boolean;
  /** Of names in URLs; default the system's. */
  readonly resolve?: Resolve;
}

/** Callbacks to tenants: stored until delivered, guarded at the request and at every delivery. */
export interface Callbacks {
  readonly migrations: readonly Migration[];
  /** AppError 400 `callback-url-refused` naming the field, for a form or an address that is not allowed. */
  check(url: string, field?: string): Promise<void>;
  /** Inside the caller's transaction; the same id is stored once. */
  enqueue(tx: Queryable, delivery: NewDelivery): Promise<void>;
  register(server: Server): void;
  start(): Promise<void>;
  /** What is under way is cut, and due again at once. */
  stop(): Promise<void>;
  /** One round of the loop: an attempt for each that is due. */
  deliverDue(signal?: AbortSignal): Promise<void>;
  /** Removes what ended more than 30 days ago. */
  forgetOld(): Promise<void>;
}

const lookPeriodMs = 500;
const forgetPeriodMs = 3_600_000;
const keptMs = 30 * 86_400_000;
const timeoutMs = 10_000;

export function createCallbacks(options: CallbacksOptions): Callbacks {
  const { database, logger, metrics, clock, allowPrivateAddresses } = options;
  const resolve = options.resolve ?? ((host: string) => lookup(host, { all: true }));
  const guard = { allowPrivateAddresses, resolve };
  const store = createDeliveryStore(database);
  const post = createPostCallback({ ...guard, timeoutMs });
  const never = new AbortController().signal;
  const deliver = (signal: AbortSignal = never) =>
    deliverDue({ store, post, clock, logger, metrics }, signal);
  const forgetOld = () => store.forget(clock.now() - keptMs);
  const startLoops = () => [
    every({ name: 'deliver-callbacks', periodMs: lookPeriodMs, run: deliver, logger, metrics }),
    every({ name: 'forget-callbacks', periodMs: forgetPeriodMs, run: forgetOld, logger, metrics }),
  ];
  let loops: ReturnType<typeof startLoops> = [];
  return {
    migrations: callbackMigrations,
    check: (url, field = 'query url_to_answer') => checkCallbackUrl(url, field, guard),
    enqueue: (tx, delivery) => store.enqueue(tx, delivery),
    register: (server) => addCallbackRoutes(server, { store, clock }),
    async start() {
      if (loops.length === 0) loops = startLoops();
    },
    async stop() {
      const stopping = loops;
      loops = [];
      await Promise.all(stopping.map((loop) => loop.stop()));
    },
    deliverDue: deliver,
    forgetOld,
  };
}
