import { join } from 'node:path';
import {
  type Change,
  type ForecastingStatus,
  isOpen,
  type Job,
  type SliceForecast,
  type SliceState,
  topics,
} from '@slicecast/contracts';
import { openDatabase, openEmbeddedLog, silentLogger } from '@slicecast/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSliceForecaster } from '../services/forecasting/src/domain/slice-forecaster.ts';
import type { TrainedModel } from '../services/forecasting/src/domain/trained-model.ts';
import {
  type RecordedPrometheus,
  serveRecordedPrometheus,
} from '../testbed/src/recorded-prometheus/serve.ts';
import { recordedOperatorFile } from './support/operator-file.ts';
import { recordedY } from './support/recorded-y.ts';
import { prepareStandalone, type StandaloneProcess, until } from './support/standalone-process.ts';

/**
 * Standalone is ended by kill -9 in the middle of profiling, training, a change and forecasting, and
 * started again on the same folder. One story, because each step builds on what the one before left.
 */
let prometheus: RecordedPrometheus;
let standalone: StandaloneProcess;

beforeAll(async () => {
  const liveStartMs = Math.floor(Date.now() / 1000) * 1000;
  prometheus = await serveRecordedPrometheus({ port: 0, liveStartMs, now: Date.now });
  standalone = await prepareStandalone(recordedOperatorFile(prometheus.url));
  await standalone.start();
});

afterAll(async () => {
  await standalone.remove();
  await prometheus.close();
});

test('profiling goes on after kill -9 while it extracts, and again while it trains', async () => {
  const jobId = await sendY();
  await standalone.kill();
  await standalone.start();
  await until('the job trains', async () => (await job(jobId)).step === 'training');
  await standalone.kill();
  await standalone.start();
  await until('the job is over', async () => (await job(jobId)).status !== 'running');
  expect(await job(jobId)).toMatchObject({ status: 'succeeded', progressPercent: 100 });
  const slice = await api<SliceAnswer>('GET', '/api/v1/slices/1');
  expect(slice.trained).toMatchObject([{ flavorId: 1 }]);
  const models = await fetch(`${standalone.forecasting}/api/v1/models?sliceId=1`);
  expect(await models.json()).toMatchObject({ items: [{ flavorId: 1 }] });
}, 180_000);

test('a change that kill -9 cut in the middle is carried out once, after the start', async () => {
  const answer = await fetch(`${standalone.sro}/slice/1/upgrade`, { method: 'POST' });
  expect(await answer.text()).toBe('Upgrading slice flavor');
  await until('the change is being applied', async () => {
    const { items } = await api<{ items: Change[] }>('GET', '/api/v1/slices/1/changes');
    return items[0]?.status === 'applying';
  });
  await standalone.kill();
  await standalone.start();
  await until('the change is applied', async () => {
    const { items } = await api<{ items: Change[] }>('GET', '/api/v1/slices/1/changes');
    return items[0] !== undefined && !isOpen(items[0]) && items[0].status !== 'failed';
  });
  const slice = await api<SliceAnswer>('GET', '/api/v1/slices/1');
  expect(slice).toMatchObject({ flavorInForce: 2, epoch: 1 });
  expect((await api<{ items: Change[] }>('GET', '/api/v1/slices/1/changes')).items).toHaveLength(1);
  const back = await fetch(`${standalone.sro}/slice/1/downgrade`, { method: 'POST' });
  expect(back.status).toBe(200);
  await until('the way back is applied', async () => {
    return (await api<SliceAnswer>('GET', '/api/v1/slices/1')).flavorInForce === 1;
  });
}, 120_000);

test('forecasts go on after kill -9 as if nothing had been: no tick lost, none doubled, each as uninterrupted', async () => {
  await api('POST', '/api/v1/slices/1/kpi_query', { accept: true });
  await fetch(`${standalone.sro}/slice/1/start_sla_forecast`, { method: 'POST' });
  await until('forecasts are made', async () => (await lastTick()) !== null);
  const first = await lastTick();
  await until(
    'some ticks have passed',
    async () => ((await lastTick()) ?? 0) >= (first ?? 0) + 4000,
  );
  const acknowledged = await api('POST', '/api/v1/slices/1/kpi', {
    samples: [{ at: Date.now() - 60_000, value: 42 }],
  });
  expect(acknowledged).toEqual({ accepted: 1 });
  await standalone.kill();
  await standalone.start();
  const cut = Date.now();
  await until(
    'ticks after the start are forecast',
    async () => ((await lastTick()) ?? 0) > cut + 2000,
  );
  expect(await standalone.stop()).toBe(0);
  const { published, again } = await replayRecord();
  const ticks = published.map(({ at }) => at);
  expect(ticks).toEqual(ticks.map((_, index) => (ticks[0] ?? 0) + 1000 * index));
  expect(published.map((message) => JSON.stringify(message))).toEqual(again);
}, 120_000);

interface SliceAnswer {
  readonly flavorInForce: number;
  readonly epoch: number;
  readonly trained: readonly object[];
}

/** What was published, and what one forecaster that was never interrupted makes of the same inputs. */
async function replayRecord() {
  const log = await openEmbeddedLog({
    directory: join(standalone.dataDir, 'log'),
    logger: silentLogger,
  });
  const database = await openDatabase({ dataDir: join(standalone.dataDir, 'database') });
  try {
    const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    const published: SliceForecast[] = [];
    for await (const { value } of log.readByTime({ topic: topics.sliceForecasts, ...all })) {
      published.push(value);
    }
    let slice: SliceState | undefined;
    for await (const { value } of log.readByTime({ topic: topics.sliceStates, ...all }))
      slice = value;
    if (slice === undefined) throw new Error('no slice was published');
    const models = new Map<number, { modelId: string; model: TrainedModel }>();
    for (const { flavorId, modelId } of slice.trained) {
      const [row] = await database.query<{ trained: TrainedModel }>(
        'select trained from forecasting.models where id = $1',
        [modelId],
      );
      if (row !== undefined) models.set(flavorId, { modelId, model: row.trained });
    }
    const forecaster = createSliceForecaster({ models });
    const again: string[] = [];
    for await (const { value } of log.readByTime({ topic: topics.sliceInputs, ...all })) {
      const message = forecaster.step(value, slice);
      if (message !== null) again.push(JSON.stringify(message));
    }
    return { published, again };
  } finally {
    await database.close();
    await log.close();
  }
}

async function sendY(): Promise<string> {
  const query = 'sla_metric_name=R_99&timestamp_label=timestamp';
  const answer = await fetch(`${standalone.sro}/slice/1/flavor/1/profile?${query}`, {
    method: 'POST',
    body: recordedY(prometheus, 1, 3000),
  });
  expect(answer.status).toBe(201);
  return answer.headers.get('location')?.split('/').at(-1) ?? '';
}

function job(id: string) {
  return api<Job>('GET', `/api/v1/jobs/${id}`);
}

async function lastTick(): Promise<number | null> {
  const answer = await fetch(`${standalone.forecasting}/api/v1/slices/1/forecasting`);
  if (!answer.ok) return null;
  const status = (await answer.json()) as ForecastingStatus;
  return status.lastTick;
}

/** JSON of the SRO, whose form each test knows. */
async function api<T>(method: string, path: string, body?: object): Promise<T> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${standalone.sro}${path}`, {
    method,
    ...(body === undefined ? {} : { headers }),
    ...init,
  });
  return (await answer.json()) as T;
}
