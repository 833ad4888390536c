import {
  type Clock,
  createHttpClient,
  type Database,
  every,
  type Logger,
  type Loop,
  type Metrics,
  type Migration,
  type Queryable,
  type Server,
} from '@slicecast/platform';
import { checkCallbackUrl } from './callbacks/check-url.ts';
import { deliverDue } from './callbacks/deliver.ts';
import {
  callbackMigrations,
  createDeliveryStore,
  type NewDelivery,
} from './callbacks/delivery-store.ts';
import { addCallbackRoutes } from './callbacks/routes.ts';

export interface CallbacksOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Wall clock: ages and pauses of deliveries. */
  readonly clock: Pick<Clock, 'now'>;
  readonly allowPrivateAddresses: boolean;
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
  stop(): Promise<void>;
}

const lookPeriodMs = 500;
const timeoutMs = 10_000;
const mostAnswerBytes = 65_536;

export function createCallbacks(options: CallbacksOptions): Callbacks {
  const { database, logger, metrics, clock, allowPrivateAddresses } = options;
  const store = createDeliveryStore(database);
  const http = createHttpClient({
    timeoutMs,
    maxRedirects: 0,
    maxResponseBytes: mostAnswerBytes,
    publicOnly: !allowPrivateAddresses,
  });
  let loop: Loop | undefined;
  return {
    migrations: callbackMigrations,
    check: (url, field = 'query url_to_answer') =>
      checkCallbackUrl(url, field, allowPrivateAddresses),
    enqueue: (tx, delivery) => store.enqueue(tx, delivery),
    register: (server) => addCallbackRoutes(server, store, clock),
    async start() {
      loop = every({
        name: 'deliver-callbacks',
        periodMs: lookPeriodMs,
        logger,
        metrics,
        run: (signal) => deliverDue({ store, http, clock, logger, metrics }, signal),
      });
    },
    async stop() {
      await loop?.stop();
    },
  };
}
