import { afterAll, beforeAll, expect, test } from 'vitest';
import { calm, createProcess, createWorld, step, storm } from '../deciding-fixture.ts';
import { T0 } from '../domain/samples.ts';

type Process = ReturnType<typeof createProcess>;
let process: Process;

/** Ticks 0 and 1 are calm, 2 and 3 pending, 4 changes, 5 to 9 are calm on the large flavor. */
beforeAll(async () => {
  const world = await createWorld();
  process = createProcess(world);
  await process.deciding.start();
  const load = [calm, calm, storm, storm, storm, storm, storm, storm, storm, storm];
  for (const [i, probabilities] of load.entries()) await step(world, T0 + i * 1000, probabilities);
});
afterAll(async () => {
  await process.deciding.stop();
  await process.server.close();
});

const get = (path: string) =>
  process.server.inject({ method: 'GET', url: `/api/v1/slices/1/decisions${path}` });

async function ticksOf(path: string): Promise<number[]> {
  const { items } = (await get(path)).json();
  return items.map((decision: { at: number }) => (decision.at - T0) / 1000);
}

test('the list holds the ticks at which outcome or reason changed, newest first, without the state', async () => {
  expect(await ticksOf('')).toEqual([5, 4, 2, 0]);
  const { items } = (await get('')).json();
  expect(items[0]).not.toHaveProperty('state');
  expect(items[1]).toMatchObject({ action: 'change', reason: 'forecast-violation', toFlavor: 2 });
});

const filters: [string, number[]][] = [
  ['?action=change', [4]],
  ['?reason=votes-pending', [2]],
  [`?from=${T0 + 2000}&to=${T0 + 5000}`, [4, 2]],
  ['?action=keep&limit=1', [5]],
];

test.each(filters)('%s filters', async (query, ticks) => {
  expect(await ticksOf(query)).toEqual(ticks);
});

test('the pages of a list hold each decision once', async () => {
  const found: number[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '?limit=2' : `?limit=2&cursor=${cursor}`;
    const page: { items: { at: number }[]; nextCursor: string | null } = (await get(query)).json();
    found.push(...page.items.map((each) => each.at));
    cursor = page.nextCursor;
  }
  expect(found).toEqual([5, 4, 2, 0].map((second) => T0 + second * 1000));
});

test.each([
  '?reason=because',
  '?limit=0',
  '?limit=501',
  '?action=jump',
  '?from=yesterday',
  '?cursor=x',
])('%s is refused', async (query) => {
  expect((await get(query)).statusCode).toBe(400);
});

test('a decision is found by its id: from the database, and any other tick from the log', async () => {
  for (const second of [4, 7]) {
    const id = `1-${T0 + second * 1000}`;
    const answer = (await get(`/${id}`)).json();
    expect(answer.decision).toMatchObject({ id, state: { at: T0 + second * 1000 } });
  }
});

test('a decision is explained in words with its numbers', async () => {
  const { explanation } = (await get(`/1-${T0 + 4000}/explain`)).json();
  expect(explanation).toContain('moves from small to large');
  expect(explanation).toContain('90 %');
});

test('beside it stands what the other policies would have done at that tick', async () => {
  const { others } = (await get(`/1-${T0 + 4000}/explain`)).json();
  expect(others).toMatchObject([
    {
      kind: 'reactive',
      ticksSeen: 4,
      decision: { id: `1-${T0 + 4000}`, policy: 'reactive', action: 'keep', fromFlavor: 1 },
    },
    { kind: 'load-threshold', unavailable: expect.any(String) },
    { kind: 'mlo-v2', decision: { reason: 'warming-up', numbers: { samples: 5 } } },
  ]);
  expect(others[0].decision).not.toHaveProperty('state');
  expect(others[0].explanation).toContain('slice 1 keeps small');
});

test.each([`/1-${T0 - 1000}`, '/1-abc', '/nothing', `/2-${T0}/explain`])(
  'decision %s is not found',
  async (path) => {
    const answer = await get(path);
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'decision-unknown']);
  },
);
