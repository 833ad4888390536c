import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SliceRecord } from '@slicecast/sro/domain/record/slice-record.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDemo } from '../../testbed/src/demo/run-demo.ts';
import { differences } from '../src/record/decide-again.ts';
import { readDataFolder } from '../src/record/read-run.ts';
import { replayRecord } from '../src/record/replay-record.ts';

/** A live run of the whole suite on its embedded log, up the first slope and past the change, read back from the folder. */
const everything = { sliceId: 1, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
const seconds = 100;
let folder: string;
let record: SliceRecord;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slicecast-record-'));
  const nothing = () => undefined;
  await runDemo({
    screen: { columns: 80, line: nothing, moving: nothing, settle: nothing },
    logLevel: 'silent',
    liveSeconds: seconds,
    environment: { DATA_DIR: folder },
  });
  record = await readDataFolder(folder, everything);
}, 240_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test('a live run decided again with its own policy gives the same decisions, byte for byte', () => {
  expect(record.ticks).toHaveLength(seconds);
  expect(record.ticks.every(({ exact }) => exact)).toBe(true);
  expect(record.ticks.filter(({ decision }) => decision.action === 'change')).toHaveLength(1);
  expect(differences(record)).toEqual([]);
});

test('another policy, and a forecast that was otherwise, decide otherwise, and that is found', () => {
  const policy = { kind: 'predictive' as const, up: { probability: 0.99, m: 9, n: 9 } };
  const other = record.ticks.map((tick) => ({ ...tick, slice: { ...tick.slice, policy } }));
  expect(differences({ ...record, ticks: other }).length).toBeGreaterThan(0);
  const changed = record.ticks.map((tick, k) => {
    const forecasts = tick.forecast.forecasts.map((each) => ({ ...each, violationProbability: 0 }));
    return k === 50 ? { ...tick, forecast: { ...tick.forecast, forecasts } } : tick;
  });
  expect(differences({ ...record, ticks: changed }).length).toBeGreaterThan(0);
});

test('the run as it was is all observed; a policy that leaves it is estimated from there on', () => {
  const own = record.ticks[0]?.slice.policy ?? { kind: 'predictive' as const };
  const lazy = { kind: 'predictive' as const, maxChangesPerHour: 0 };
  const { policies, different, inexact } = replayRecord(record, { own, lazy });
  expect([different, inexact]).toEqual([0, 0]);
  expect(policies['as it ran']?.observedShare).toBe(1);
  expect(policies.own).toEqual(policies['as it ran']);
  expect(policies.lazy).toMatchObject({ changes: 0, cost: seconds });
  expect(policies.lazy?.observedShare).toBeLessThan(0.2);
  expect(policies.lazy?.estimatedViolationSeconds.mid).toBeGreaterThan(10);
});
