import { type CreateModel, type Job, type Model, topics } from '@slicecast/contracts';
import { createTestDatabase, type Database } from '@slicecast/platform';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createModelStore } from '../../src/adapters/model-store.ts';
import { createTrainingJobs } from '../../src/adapters/training-jobs.ts';
import { packNumbers } from '../../src/domain/pack-numbers.ts';
import { createFakeTrainer, type FakeTrainer, trainNow } from '../fakes/fake-trainer.ts';
import { readTopic } from '../fakes/forecasting-process.ts';
import {
  createModel,
  jobOver,
  startService,
  type TestService,
  until,
} from '../fakes/start-service.ts';
import { start, syntheticProfile } from '../fakes/synthetic-load.ts';

let database: Database;
let service: TestService | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
afterEach(async () => {
  await service?.stop();
  await database.query('truncate forecasting.trainings, forecasting.models');
  service = undefined;
});

const never = () => new Promise<void>(() => undefined);

async function begin(trainer: FakeTrainer): Promise<TestService> {
  service = await startService({ database, trainer });
  return service;
}

async function ask(on: TestService, request: object = createModel()): Promise<string> {
  const url = '/api/v1/models';
  const answer = await on.server.inject({ method: 'POST', url, payload: request });
  return answer.json<{ job: Job }>().job.id;
}

const jobOf = async (on: TestService, id: string) =>
  (await on.server.inject({ url: `/api/v1/jobs/${id}` })).json<Job>();

/** What kill -9 leaves: a training that a process works on which is no more, its lease over. */
async function leaveBehind(attempts: number): Promise<void> {
  await database.query(
    `update forecasting.trainings set status = 'running', owner = 'dead', attempts = $1, lease_until = 1`,
    [attempts],
  );
}

describe('a training', () => {
  test('stores its model with scores, features, period, data hash, seed and event time', async () => {
    const on = await begin(createFakeTrainer());
    const request = createModel({ seed: 7 });
    const job = await jobOver(on.server, await ask(on, request));
    expect(job).toMatchObject({ status: 'succeeded', progressPercent: 100, detail: null });
    const { modelId } = job.result as { modelId: string };
    const answer = await on.server.inject({ url: `/api/v1/models/${modelId}` });
    const { trained, dataHash } = trainNow(JSON.stringify(request));
    expect(answer.json<Model>()).toMatchObject({
      id: modelId,
      sliceId: 1,
      flavorId: 1,
      horizonSeconds: 10,
      rows: 400,
      seed: 7,
      dataHash,
      createdAt: start,
      features: request.profile.features,
      liveKpi: { champion: trained.liveKpi.scoreboard.champion },
    });
    const stored = await createModelStore(database).load(modelId);
    const again = trainNow(JSON.stringify(request)).trained;
    expect(untimed(stored)).toEqual(untimed(packNumbers(again)));
  });

  test('that drift asked for promotes its model when it beats the one in charge, and only then', async () => {
    const on = await begin(createFakeTrainer());
    const usual = createModel({ profile: syntheticProfile({ rows: 600 }) });
    const { profile } = usual;
    const first = await jobOver(on.server, await ask(on, usual));
    const { modelId: incumbent } = first.result as { modelId: string };
    const slower = { ...profile, kpi: profile.kpi.map((kpi) => (kpi ?? 0) + 60) };
    const retrain = async (key: string, more: Partial<CreateModel>) => {
      const drift = { incumbent };
      const options = { key, now: start, maxQueued: 9, drift };
      const submitted = await createTrainingJobs(database).submit({ ...usual, ...more }, options);
      return jobOver(on.server, submitted.outcome === 'full' ? '' : submitted.job.id);
    };
    const lost = await retrain('drift-1', { seed: 2 });
    expect(lost).toMatchObject({ status: 'succeeded', origin: 'drift' });
    expect(lost.detail).toMatch(/^not promoted.*live-kpi skill/);
    expect(lost.result).toMatchObject({ incumbent, won: false });
    const won = await retrain('drift-2', { profile: slower });
    expect(won.result).toMatchObject({ incumbent, won: true });
    expect(won.detail).toMatch(/^promoted, as it beats/);
    const [promotion, ...others] = await until(async () => {
      const found = await readTopic(on.log, topics.modelPromotions);
      return found.length > 0 ? found : undefined;
    });
    expect(others).toEqual([]);
    expect(promotion).toMatchObject({
      sliceId: 1,
      flavorId: 1,
      replaces: incumbent,
      modelId: (won.result as { modelId: string }).modelId,
    });
  });

  test('tells how far it is', async () => {
    const trainer = createFakeTrainer(async (_attempt, tell) => {
      tell(40, 'rolling origins');
      await never();
    });
    const on = await begin(trainer);
    const id = await ask(on);
    const job = await until(async () => {
      const now = await jobOf(on, id);
      return now.progressPercent > 0 ? now : undefined;
    });
    expect(job).toMatchObject({ status: 'running', step: 'rolling origins', progressPercent: 40 });
  });

  test('fails in words when no honest model can be made', async () => {
    const on = await begin(createFakeTrainer());
    const few = createModel({ profile: syntheticProfile({ rows: 20 }) });
    const job = await jobOver(on.server, await ask(on, few));
    expect(job).toMatchObject({
      status: 'failed',
      detail: expect.stringMatching(/20 rows.*needed/),
    });
  });

  test('fails with the reason when its thread breaks', async () => {
    const trainer = createFakeTrainer(async () => {
      throw new Error('worker exited with 137');
    });
    const on = await begin(trainer);
    const job = await jobOver(on.server, await ask(on));
    expect(job).toMatchObject({ status: 'failed', detail: expect.stringMatching(/137/) });
  });

  test('that is cancelled ends at once, and stays cancelled', async () => {
    const trainer = createFakeTrainer(never);
    const on = await begin(trainer);
    const id = await ask(on);
    await until(async () => (trainer.begun.length > 0 ? true : undefined));
    const cancel = { method: 'DELETE', url: `/api/v1/jobs/${id}` } as const;
    expect((await on.server.inject(cancel)).json<Job>().status).toBe('cancelled');
    await until(async () => (trainer.aborted > 0 ? true : undefined));
    expect((await jobOf(on, id)).status).toBe('cancelled');
    expect((await on.server.inject(cancel)).statusCode).toBe(409);
  });

  test('that waits can be cancelled before it begins', async () => {
    const trainer = createFakeTrainer(never);
    const on = await begin(trainer);
    const ids = [];
    for (let k = 0; k < 4; k += 1) ids.push(await ask(on));
    const last = ids.at(-1) ?? '';
    await on.server.inject({ method: 'DELETE', url: `/api/v1/jobs/${last}` });
    expect(await jobOf(on, last)).toMatchObject({ status: 'cancelled' });
  });
});

describe('after a restart', () => {
  test('a training that was stopped in the middle is begun anew, and gives the same model', async () => {
    const first = createFakeTrainer(never);
    const before = await begin(first);
    const id = await ask(before, createModel({ seed: 3 }));
    await until(async () => (first.begun.length > 0 ? true : undefined));
    await before.stop();
    const second = createFakeTrainer();
    const after = await begin(second);
    const job = await jobOver(after.server, id);
    expect(second.begun).toEqual(first.begun);
    const { modelHash } = trainNow(JSON.stringify(createModel({ seed: 3 })));
    expect(job.result).toEqual({ modelId: `model-default-1-1-${modelHash.slice(0, 20)}` });
  });

  test('a training of a process that was killed is begun anew when its lease is over', async () => {
    const before = await begin(createFakeTrainer(never));
    const id = await ask(before);
    await before.stop();
    await leaveBehind(1);
    const after = await begin(createFakeTrainer());
    expect((await jobOver(after.server, id)).status).toBe('succeeded');
  });

  test('a training that took its process with it three times fails and says so', async () => {
    const before = await begin(createFakeTrainer(never));
    const id = await ask(before);
    await before.stop();
    await leaveBehind(3);
    const trainer = createFakeTrainer();
    const after = await begin(trainer);
    const job = await jobOver(after.server, id);
    expect(job).toMatchObject({ status: 'failed', detail: expect.stringMatching(/3 times/) });
    expect(trainer.begun).toEqual([]);
  });
});

function untimed(value: unknown): unknown {
  const text = JSON.stringify(value, (key, inner) => (key === 'trainingSeconds' ? 0 : inner));
  return JSON.parse(text);
}
