import { topics } from '@slicecast/contracts';
import { createMemoryLog, createTestDatabase, type Database } from '@slicecast/platform';
import { afterEach, expect, test } from 'vitest';
import { getJson, post } from '../fakes/contract-calls.ts';
import { exampleFile, startTestSro, type TestSro } from '../fakes/start-test-sro.ts';

let database: Database;
let sro: TestSro | undefined;
afterEach(async () => {
  await sro?.stop();
  sro = undefined;
  await database.close();
});

async function restart(file = exampleFile()): Promise<TestSro> {
  await sro?.stop();
  const started = await startTestSro({ file, database, log: createMemoryLog() });
  sro = started;
  return started;
}

test('a changed file redefines its slice, which keeps what it was doing', async () => {
  database = await createTestDatabase();
  const first = await restart();
  await post(`${first.url}/slice/1/start_sla_forecast`);
  const file = exampleFile();
  const renamed = {
    ...file,
    slices: file.slices?.map((slice) => ({ ...slice, name: 'writes' })) ?? [],
  };
  const second = await restart(renamed);
  const { items } = await getJson(`${second.url}/api/v1/slices`);
  expect(items).toMatchObject([{ id: 1, name: 'writes', forecasting: true }]);
});

test('an unchanged file publishes nothing anew', async () => {
  database = await createTestDatabase();
  await restart();
  const second = await restart();
  const states: unknown[] = [];
  const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for await (const { value } of second.log.readByTime({ topic: topics.sliceStates, ...all })) {
    states.push(value);
  }
  expect(states).toEqual([]);
  expect(await getJson(`${second.url}/api/v1/slices/1`)).toMatchObject({ epoch: 0 });
});

test('a file without the flavor in force ends the start, and says what to do first', async () => {
  database = await createTestDatabase();
  await restart();
  const file = exampleFile();
  const slices = (file.slices ?? []).map((slice) => ({
    ...slice,
    flavors: slice.flavors.filter(({ id }) => id === 2),
    startFlavor: 2,
  }));
  await expect(restart({ ...file, slices })).rejects.toThrow(
    'leaves out 1, which is in force; change to another one first',
  );
});

test('a slice that left the file is paused, never deleted', async () => {
  database = await createTestDatabase();
  await restart();
  const second = await restart({ ...exampleFile(), slices: [] });
  const { items } = await getJson(`${second.url}/api/v1/slices`);
  expect(items).toMatchObject([{ id: 1, paused: true }]);
});

test('a file with faults ends the start, naming all of them', async () => {
  database = await createTestDatabase();
  const file = exampleFile();
  const wrong = {
    ...file,
    slices: file.slices?.map((slice) => ({ ...slice, actuator: 'nobody', startFlavor: 9 })) ?? [],
  };
  await expect(restart(wrong)).rejects.toThrow(/slices\/0\/actuator.*\n.*slices\/0\/startFlavor/);
});
