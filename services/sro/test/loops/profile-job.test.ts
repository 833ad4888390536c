import { type SliceState, topics } from '@slicecast/contracts';
import { createMemoryLog, createTestDatabase, type Log } from '@slicecast/platform';
import { afterEach, describe, expect, test } from 'vitest';
import { getJson, postFiles, postY, profileQuery } from '../fakes/contract-calls.ts';
import { hash, startTestSro, startUpstreams, type TestSro } from '../fakes/start-test-sro.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(more: Parameters<typeof startTestSro>[0] = {}): Promise<TestSro> {
  const sro = await startTestSro(more);
  stops.push(() => sro.stop());
  return sro;
}

const files = {
  x_selected: {
    text: `timestamp,${hash}\n1579355129,35\n1579355130,36\n1579355131,37\n`,
    filename: 'x.csv',
  },
  timeserie_map: {
    text: `metricHash,metricInfo\n${hash},"{'__name__': 'load'}"\n`,
    filename: 'm.csv',
  },
};

async function begin(sro: TestSro, query = profileQuery): Promise<string> {
  const { headers } = await postY(sro.url, undefined, { query });
  return headers.get('location')?.split('/').at(-1) ?? '';
}

function jobIs(sro: TestSro, id: string, as: Readonly<Record<string, unknown>>) {
  const patience = { timeout: 15_000, interval: 20 };
  return expect.poll(() => getJson(`${sro.url}/api/v1/jobs/${id}`), patience).toMatchObject(as);
}

function callBack(sro: TestSro, id: string) {
  return postFiles(`${sro.url}/slice/1/flavor/1/profilling_metrics?job=${id}`, files);
}

async function states(log: Log): Promise<SliceState[]> {
  const found: SliceState[] = [];
  const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for await (const { value } of log.readByTime({ topic: topics.sliceStates, ...all }))
    found.push(value);
  return found;
}

describe('a profiling job', () => {
  test('goes by IMA and its callback to a training, and ends with the model in charge and published', async () => {
    const sro = await start();
    const id = await begin(sro);
    await jobIs(sro, id, { step: 'extracting', progressPercent: 30 });
    await callBack(sro, id);
    await jobIs(sro, id, {
      status: 'succeeded',
      progressPercent: 100,
      result: { modelId: 'model-1' },
    });
    expect(sro.upstreams.calls).toEqual([
      { path: '/ymetrics/1', key: id },
      { path: '/api/v1/models', key: id },
    ]);
    await expect
      .poll(async () => (await states(sro.log)).at(-1), { timeout: 20_000 })
      .toMatchObject({ stepMs: 2000, trained: [{ flavorId: 1, modelId: 'model-1' }] });
  });

  test('waits for an IMA that is down, says so, and goes on when it is back', async () => {
    const sro = await start();
    sro.upstreams.down = true;
    const id = await begin(sro);
    await jobIs(sro, id, { step: 'requesting', detail: expect.stringContaining('503') });
    sro.upstreams.down = false;
    await jobIs(sro, id, { step: 'extracting' });
  });

  test.each([
    ['extraction', 'imaJob'],
    ['training', 'training'],
  ] as const)(
    'fails with the reason when the %s fails, and tells the tenant',
    async (_what, which) => {
      const sro = await start();
      sro.upstreams[which] = { status: 'failed', progressPercent: 10, detail: 'no series found' };
      const id = await begin(sro, `${profileQuery}&url_to_answer=http://127.0.0.1:9/done`);
      if (which === 'training') {
        await jobIs(sro, id, { step: 'extracting' });
        await callBack(sro, id);
      }
      await jobIs(sro, id, { status: 'failed', detail: 'no series found' });
      const { items } = await getJson(`${sro.url}/api/v1/callbacks`);
      expect(items).toMatchObject([{ id: `${id}-profile.failed`, url: 'http://127.0.0.1:9/done' }]);
    },
  );

  test('fails when its deadline is over', async () => {
    const sro = await start({ env: { SRO_PROFILE_DEADLINE_SECONDS: '1' } });
    const id = await begin(sro);
    await jobIs(sro, id, {
      status: 'failed',
      detail: expect.stringContaining('not done within 1 s'),
    });
  });

  test.each(['requesting', 'extracting', 'training'])(
    'cut off while %s, it is taken up by the next process, once',
    async (step) => {
      const upstreams = await startUpstreams();
      const database = await createTestDatabase();
      const log = createMemoryLog();
      stops.push(
        () => upstreams.close(),
        () => database.close(),
      );
      const shared = { upstreams, database, log };
      const first = await startTestSro(shared);
      upstreams.down = step === 'requesting';
      upstreams.training.status = step === 'training' ? 'running' : 'succeeded';
      const id = await begin(first);
      await jobIs(first, id, { step: step === 'requesting' ? 'requesting' : 'extracting' });
      if (step === 'training') {
        await callBack(first, id);
        await jobIs(first, id, { step: 'training' });
      }
      await first.stop();
      upstreams.down = false;
      upstreams.training.status = 'succeeded';
      const second = await start(shared);
      await jobIs(second, id, { step: step === 'training' ? 'done' : 'extracting' });
      if (step !== 'training') await callBack(second, id);
      await jobIs(second, id, { status: 'succeeded' });
      expect(new Set(upstreams.calls.map(({ key }) => key))).toEqual(new Set([id]));
      const slice = await getJson(`${second.url}/api/v1/slices/1`);
      expect(slice.trained).toMatchObject([{ flavorId: 1, modelId: 'model-1' }]);
    },
  );

  test('a cancelled one is over, and its flavor free', async () => {
    const sro = await start();
    const id = await begin(sro);
    const url = `${sro.url}/api/v1/jobs/${id}`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(409);
    expect(await begin(sro)).not.toBe(id);
  });

  test('is not moved back by its request when the callback overtakes it', async () => {
    const sro = await start();
    sro.upstreams.beforeBegun = async (key) => {
      sro.upstreams.beforeBegun = undefined;
      await callBack(sro, key);
    };
    const id = await begin(sro);
    await jobIs(sro, id, { status: 'succeeded', result: { modelId: 'model-1' } });
    expect(sro.upstreams.calls.map(({ path }) => path)).toEqual(['/ymetrics/1', '/api/v1/models']);
  });
});
