import { type MetricSource, type SliceState, topics } from '@slicecast/contracts';
import {
  type Clock,
  createMemoryLog,
  createSteppedClock,
  createTestDatabase,
  type Database,
  type Log,
  type Service,
  silentLogger,
  type TenantKeys,
} from '@slicecast/platform';
import { Value } from 'typebox/value';
import { createMemoryFiles } from '../../src/adapters/memory-files.ts';
import { createIma } from '../../src/app.ts';
import { ImaConfig } from '../../src/config.ts';
import type { ExtractionFiles } from '../../src/ports.ts';
import { startMs } from './traces.ts';

export interface TestImaOptions {
  readonly prometheusUrl: string;
  readonly selectionUrl?: string;
  readonly source?: Partial<MetricSource>;
  readonly config?: Partial<ImaConfig>;
  readonly database?: Database;
  readonly log?: Log;
  readonly files?: ExtractionFiles;
  readonly allowPrivateCallbacks?: boolean;
  /** Default: one that stands at the first second of the traces. */
  readonly clock?: Clock;
  readonly tenants?: TenantKeys;
}

export interface TestIma {
  readonly url: string;
  readonly service: Service;
  readonly database: Database;
  readonly log: Log;
  readonly files: ExtractionFiles;
}

/** Slice 1 of two hosts, with flavors 1 and 2, untrained. */
export const slice: SliceState = {
  tenantId: 'default',
  sliceId: 1,
  version: 1,
  epoch: 0,
  name: 'cassandra',
  hosts: ['10.0.0.1', '10.0.0.2'],
  kpi: { name: 'R_99' },
  sla: { bound: 180, side: 'upper', complianceRatio: 0.99, windowSeconds: 3600 },
  flavors: [
    { id: 1, name: '10Mbit', pricePerHour: 1, rank: 1 },
    { id: 2, name: '30Mbit', pricePerHour: 3, rank: 2 },
  ],
  flavorInForce: 1,
  flavorSince: startMs,
  sources: { profile: 'prom', live: 'prom' },
  stepMs: 1000,
  horizonSeconds: 30,
  historySeconds: 240,
  trained: [],
  forecasting: false,
  mode: 'recommend',
  paused: false,
  policy: { kind: 'predictive' },
  deleted: false,
};

/** IMA on in-memory storage, answering on a free port, with slice 1 known. */
export async function startTestIma(options: TestImaOptions): Promise<TestIma> {
  const database = options.database ?? (await createTestDatabase());
  const log = options.log ?? createMemoryLog();
  const files = options.files ?? createMemoryFiles();
  if (options.log === undefined) await publish(log, slice);
  const defaults = {
    IMA_PORT: 0,
    IMA_RETRY_BASE_DELAY_MS: 1,
    FEATURE_SELECTION_URL: options.selectionUrl ?? 'http://127.0.0.1:9',
    ...options.config,
  };
  const service = createIma({
    config: Value.Parse(ImaConfig, Value.Default(ImaConfig, defaults)),
    allowPrivateCallbacks: options.allowPrivateCallbacks ?? true,
    sources: [{ name: 'prom', url: options.prometheusUrl, timeoutMs: 5000, ...options.source }],
    database,
    log,
    clock: options.clock ?? createSteppedClock(startMs),
    tenants: options.tenants,
    logger: silentLogger,
    files,
  });
  return { url: await service.start(), service, database, log, files };
}

export async function publish(log: Log, state: SliceState): Promise<void> {
  await log.append(topics.sliceStates, [
    { key: String(state.sliceId), at: startMs + state.version, value: state },
  ]);
}
