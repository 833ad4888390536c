import { type CreateModel, type Job, type SliceState, topics } from '@slicecast/contracts';
import {
  createMemoryLog,
  createSteppedClock,
  createTestDatabase,
  type Database,
  type Log,
  loadEnvironment,
  type Server,
  type SteppedClock,
  silentLogger,
  type TenantKeys,
} from '@slicecast/platform';
import { createForecasting, ForecastingConfig } from '../../src/app.ts';
import type { Trainer } from '../../src/ports.ts';
import { start, syntheticProfile, syntheticSlice } from './synthetic-load.ts';

export interface TestService {
  readonly server: Server;
  readonly url: string;
  readonly database: Database;
  readonly log: Log;
  readonly clock: SteppedClock;
  stop(): Promise<void>;
}

export interface TestServiceOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly database?: Database;
  readonly log?: Log;
  readonly trainer?: Trainer;
  readonly tenants?: TenantKeys;
}

/** The service on in-memory ports and a port of its own. */
export async function startService(options: TestServiceOptions = {}): Promise<TestService> {
  const { env, trainer, tenants } = options;
  const database = options.database ?? (await createTestDatabase());
  const log = options.log ?? createMemoryLog();
  const clock = createSteppedClock(start);
  const service = createForecasting({
    config: loadEnvironment(ForecastingConfig, { FORECASTING_PORT: '0', ...env }),
    database,
    log,
    clock,
    logger: silentLogger,
    trainer,
    tenants,
  });
  const url = await service.start();
  return { server: service.server, url, database, log, clock, stop: () => service.stop() };
}

/** A request to train on 400 rows of a synthetic load. */
export function createModel(more: Partial<CreateModel> = {}): CreateModel {
  return {
    tenantId: 'default',
    sliceId: 1,
    flavorId: 1,
    horizonSeconds: 10,
    sla: syntheticSlice().sla,
    profile: syntheticProfile({ rows: 400 }),
    ...more,
  };
}

/** Follows a training until it is over. */
export async function jobOver(server: Server, id: string): Promise<Job> {
  return until(async () => {
    const job = (await server.inject({ url: `/api/v1/jobs/${id}` })).json<Job>();
    return job.status === 'queued' || job.status === 'running' ? undefined : job;
  });
}

/** Asks again and again, at the pace of the event loop, until there is an answer. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('nothing came of it in 20 s');
}

export async function publishSlice(log: Log, slice: SliceState): Promise<void> {
  await log.append(topics.sliceStates, [{ key: String(slice.sliceId), at: start, value: slice }]);
}
