import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ForecastingStatus, type Job, topics } from '@slicecast/contracts';
import { createSteppedClock } from '@slicecast/platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, patienceMs, until } from './fakes/ask.ts';
import {
  instantOf,
  kpiName,
  liveRow,
  profiledRows,
  profileFiles,
  stepMs,
} from './fakes/drifting-service.ts';
import { maeOf, promotions, recorded, versionsWith } from './fakes/read-record.ts';
import { beginSuite, removeFolder, type Suite, type TellingFails } from './fakes/suite.ts';

/**
 * A service becomes slower under the same load: its model drifts, another one stands in, then nothing is good
 * enough; a first training from the record does not win, a second does, and takes its place, whatever ends when.
 */
const slice = {
  id: 1,
  name: 'slows-down',
  hosts: ['10.0.0.1'],
  kpi: { name: kpiName },
  sla: { bound: 120, side: 'upper' },
  flavors: [
    { id: 1, name: 'small', pricePerHour: 1, rank: 1 },
    { id: 2, name: 'large', pricePerHour: 3, rank: 2 },
  ],
  startFlavor: 1,
  sources: { profile: 'none', live: 'none' },
  actuator: 'none',
  k: 3,
};
const cooldownSeconds = 1200;
const env = { FORECASTING_RETRAIN_COOLDOWN_SECONDS: String(cooldownSeconds) };
const clock = createSteppedClock(instantOf(profiledRows));
let folder: string;
let suite: Suite;
/** The next row to be fed. */
let next = profiledRows;
/** The model of the profile, and the one that takes its place. */
let first: string;
let second: string;
/** The row where the drift began, as the status says. */
let driftRow: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slicecast-life-'));
  await begin();
});

afterAll(async () => {
  await suite.end();
  await removeFolder(folder);
});

async function begin(tellingFails?: TellingFails): Promise<void> {
  suite = await beginSuite({ folder, clock, slice, env, tellingFails });
}

async function end(): Promise<void> {
  await suite.end();
}

interface SliceStatus {
  readonly does: string;
  readonly missing: readonly string[];
  readonly trained: readonly { flavorId: number; modelId: string }[];
  readonly forecasting: ForecastingStatus | null;
}

const status = () => get<ForecastingStatus>(`${suite.forecasting}/api/v1/slices/1/forecasting`);
const sliceStatus = () => get<SliceStatus>(`${suite.sro}/api/v1/slices/1`);
const inCharge = async () => (await sliceStatus()).trained[0]?.modelId;
const contest = ({ contests }: ForecastingStatus) => {
  const found = contests?.find(({ mode }) => mode === 'live-kpi');
  if (found === undefined) throw new Error('there is no contest');
  return found;
};

/** Feeds rows up to `to`, and waits until they are forecast; the clock follows. */
async function feed(to: number, slower: (row: number) => number): Promise<ForecastingStatus> {
  const rows = Array.from({ length: to - next }, (_, k) => liveRow(next + k, slower(next + k)));
  next = to;
  const messages = rows.map((value) => ({ key: '1', at: value.at, value }));
  await suite.log.append(topics.sliceInputs, messages);
  const last = instantOf(to - 1);
  await until(
    () => recorded(suite.log, instantOf(to - 1)),
    (forecasts) => forecasts.length > 0,
  );
  clock.advanceTo(last);
  return status();
}

const trainings = async () =>
  (await get<{ items: readonly Job[] }>(`${suite.forecasting}/api/v1/jobs`)).items;

function resultOf(job: Job | null | undefined) {
  // What the service answers for a training; the contract leaves the form to the kind of job.
  return (job?.result ?? {}) as { readonly modelId?: string; readonly won?: boolean };
}

describe('the life of a model', { timeout: 2 * patienceMs }, () => {
  test('begins with a profile, and it forecasts', async () => {
    const sent = await fetch(`${suite.sro}/slice/1/flavor/1/profilling_metrics`, {
      method: 'POST',
      body: profileFiles(),
    });
    const job = `${suite.sro}${sent.headers.get('location')}`;
    const over = await until(
      () => get<Job>(job),
      (one) => one.status !== 'running',
    );
    expect(over).toMatchObject({ status: 'succeeded' });
    await fetch(`${suite.sro}/slice/1/start_sla_forecast`, { method: 'POST' });
    first = (await inCharge()) ?? '';
    const calm = await feed(2000, () => 1);
    expect(calm).toMatchObject({
      state: 'forecasting',
      reason: null,
      models: [{ flavorId: 1, modelId: first }],
      retraining: null,
    });
    expect(calm.live?.mae).toBeLessThan(calm.live?.persistenceMae ?? 0);
  });

  test('when it does worse than in training, the best live model speaks, and everyone is told', async () => {
    let seen = await feed(next + 60, () => 1.3);
    while (seen.state !== 'drift' && next < 2900) seen = await feed(next + 60, () => 1.3);
    expect(seen.state).toBe('drift');
    const { inCharge: name, gated, driftingSince, standings } = contest(seen);
    const champion = standings.find(({ role }) => role === 'champion');
    const standIn = standings.find(({ model }) => model === name);
    expect(standIn?.role).toBe('challenger');
    expect(standIn?.mae).toBeLessThan(champion?.mae ?? 0);
    expect(gated).toBe(true);
    driftRow = ((driftingSince ?? 0) - instantOf(0)) / stepMs;
    expect(driftRow).toBeGreaterThan(1900);
    expect(seen.reason).toMatch(new Date(driftingSince ?? 0).toISOString());
    expect(seen.reason).toMatch(champion?.model ?? '');
    expect(seen.reason).toMatch(`${name} does best and is in charge; it beats the baselines`);
    expect(seen.reason).toMatch(/trained anew when the record holds rows enough.* in about \d+ s$/);
    const [message] = (await recorded(suite.log, instantOf(next - 1))).flatMap(
      ({ forecasts }) => forecasts,
    );
    expect(message).toMatchObject({
      modelId: first,
      gated: true,
      drift: { since: driftingSince, inCharge: name },
    });
    const shown = await until(sliceStatus, ({ missing }) => missing.includes(seen.reason ?? ''));
    expect(shown.trained).toMatchObject([{ modelId: first }]);
  });

  test('when nothing is good enough, nothing acts on it', async () => {
    const seen = await feed(driftRow + 600, () => 1.8);
    expect(contest(seen).gated).toBe(false);
    expect(seen.reason).toMatch('does not beat the baselines, so nothing acts on the forecasts');
    const url = `${suite.sro}/api/v1/slices/1/decisions?limit=1`;
    const newest = () => get<{ items: readonly { at: number; reason: string }[] }>(url);
    const { items } = await until(newest, ({ items: [one] }) => one?.reason === 'no-skill');
    expect(items).toMatchObject([{ action: 'keep', reason: 'no-skill' }]);
    expect(await trainings()).toHaveLength(1);
  });

  test('a training from the record that does not win changes nothing, and says when the next is', async () => {
    // Mended and broken in turn: what was learned from the broken minutes is worse in the others.
    await feed(driftRow + 901, (row) => (Math.floor((row - driftRow) / 60) % 2 === 1 ? 1 : 1.4));
    const seen = await until(status, ({ retraining }) => retraining?.status === 'succeeded');
    expect(seen.retraining).toMatchObject({
      origin: 'drift',
      detail: expect.stringMatching(/^not promoted, as it does not beat/),
      result: { incumbent: first, won: false, modelId: expect.not.stringMatching(first) },
    });
    const period = Math.floor(instantOf(next - 1) / (cooldownSeconds * 1000)) + 1;
    const again = new Date(period * cooldownSeconds * 1000).toISOString();
    await until(
      status,
      ({ reason }) => reason?.endsWith(`the next time at ${again} at the earliest`) === true,
    );
    expect((await status()).reason).toMatch('it was trained anew in vain (not promoted, as');
    expect(await inCharge()).toBe(first);
    expect(await promotions(suite.log)).toEqual([]);
  });

  test('one that wins is not in charge before it is told of, and not lost when the service ends there', async () => {
    await end();
    await begin('before the log has it');
    const boundary =
      cooldownSeconds * 1000 * (Math.floor(instantOf(next - 1) / (cooldownSeconds * 1000)) + 1);
    await feed((boundary - instantOf(0)) / stepMs + 1, () => 1.8);
    const seen = await until(status, ({ retraining }) => resultOf(retraining).won === true);
    second = resultOf(seen.retraining).modelId ?? '';
    expect(seen.reason).toMatch(
      `${second} was trained anew, beats it on the recent rows and is about to`,
    );
    expect(seen.models).toEqual([{ flavorId: 1, modelId: first }]);
    expect(await inCharge()).toBe(first);
    expect(await promotions(suite.log)).toEqual([]);
    await end();
    await begin('after the log has it');
    await until(inCharge, (id) => id === second);
    expect(new Set((await promotions(suite.log)).map((one) => one.modelId))).toEqual(
      new Set([second]),
    );
  });

  test('told of once more after another end, it is in charge once', async () => {
    await end();
    await begin();
    await until(
      async () => suite.said,
      (lines) => lines.includes('a promotion came too late'),
    );
    expect((await promotions(suite.log)).length).toBeGreaterThan(1);
    expect(await versionsWith(suite.log, second)).toBe(1);
    expect(await inCharge()).toBe(second);
  });

  test('the new model forecasts the service as it is now', async () => {
    const from = next;
    const seen = await feed(next + 900, () => 1.8);
    expect(seen).toMatchObject({
      state: 'forecasting',
      reason: null,
      models: [{ flavorId: 1, modelId: second }],
      retraining: { status: 'succeeded', result: { incumbent: first, modelId: second, won: true } },
    });
    expect(contest(seen).driftingSince).toBeNull();
    expect(seen.live?.mae).toBeLessThan(
      0.5 * (await maeOf(suite.log, { fromMs: instantOf(driftRow + 960), toMs: instantOf(from) })),
    );
    expect(await trainings()).toHaveLength(3);
  });

  test('every tick was forecast once, by the one model and then by the other', async () => {
    const messages = await recorded(suite.log, instantOf(profiledRows));
    expect(messages.map(({ at }) => at)).toEqual(
      Array.from({ length: next - profiledRows }, (_, k) => instantOf(profiledRows + k)),
    );
    const models = messages.flatMap(({ forecasts }) => forecasts.map(({ modelId }) => modelId));
    const turns = models.filter((id, k) => id !== models[k - 1]);
    expect(turns).toEqual([first, second]);
  });
});
