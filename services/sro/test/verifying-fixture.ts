import { type SliceForecast, topics } from '@slicecast/contracts';
import type { Database, Log } from '@slicecast/platform';
import { expect, vi } from 'vitest';
import {
  createProcess,
  createWorld,
  decided,
  type ProcessOptions,
  send,
  settled,
  type World,
} from './deciding-fixture.ts';
import { aForecast, aSlice, predictivePolicy, T0 } from './domain/samples.ts';

/** One storm tick changes the flavor; the KPI gets 2 s to settle and 20 s to show. */
export const policy = predictivePolicy({
  up: { probability: 0.2, m: 1, n: 1 },
  settleSeconds: 2,
  verifySeconds: 20,
});
/** The tick of the storm, the first one under the large flavor, the eighth worse one, and the window's end. */
export const ticks = { storm: 12, first: 13, revert: 21, end: 34, last: 50 } as const;
export const changeId = `1-${T0 + ticks.storm * 1000}`;
export const revertId = `1-${T0 + ticks.revert * 1000}`;

export const createVerifyWorld = () => createWorld(aSlice({ policy, horizonSeconds: 5 }));

/** Under the small flavor the KPI is 100; under the large one it is `large`, for a forecast of 60. */
export async function tick(world: World, second: number, large: number | null): Promise<void> {
  const at = T0 + second * 1000;
  world.clock.advanceTo(at);
  await send(world, await messageOf(world, second, large));
  await vi.waitFor(
    async () => expect((await decided(world)).some((each) => each.at === at)).toBe(true),
    { interval: 5, timeout: 10_000 },
  );
  await settled(world);
}

export async function messageOf(
  world: World,
  second: number,
  large: number | null,
): Promise<SliceForecast> {
  const slice = await world.slices.get(1);
  const { epoch, flavorInForce } = slice ?? aSlice();
  const observedKpi = flavorInForce === 1 ? 100 : large;
  const head = { epoch, flavorInForce, observedKpi, medians: { 1: 200, 2: 60 } };
  const probabilities = { 1: second === ticks.storm ? 0.9 : 0.05, 2: 0.05 };
  const message = aForecast(T0 + second * 1000, probabilities, head);
  return {
    ...message,
    forecasts: message.forecasts.map((each) => ({ ...each, horizonSeconds: 5 })),
  };
}

/** Ticks from one to another, both included, under processes that are stopped and started before `cuts`. */
export async function run(
  world: World,
  span: { readonly from?: number; readonly to: number; readonly large: number | null },
  cuts: readonly number[] = [],
): Promise<void> {
  let process = createProcess(world);
  await process.deciding.start();
  try {
    for (let second = span.from ?? 0; second <= span.to; second += 1) {
      if (cuts.includes(second)) {
        await process.deciding.stop();
        process = createProcess(world);
        await process.deciding.start();
      }
      await tick(world, second, span.large);
    }
  } finally {
    await process.deciding.stop();
  }
}

/** A process with that fault, that takes in the tick; stopped when `reached` what it is to be cut at. */
export async function cutAt(
  world: World,
  second: number,
  options: ProcessOptions,
  reached: () => Promise<boolean> | boolean,
  large = 300,
): Promise<void> {
  const { deciding } = createProcess(world, options);
  await deciding.start();
  try {
    world.clock.advanceTo(T0 + second * 1000);
    await send(world, await messageOf(world, second, large));
    await vi.waitFor(async () => expect(await reached()).toBe(true), {
      interval: 5,
      timeout: 10_000,
    });
  } finally {
    await deciding.stop();
  }
}

/** A log that loses the decision of a tick, as a process that ends before it is written. */
export function withoutDecisionOf(log: Log, second: number) {
  let lost = false;
  const append: Log['append'] = async (topic, messages) => {
    const isIt = topic.name === topics.sliceDecisions.name;
    if (!isIt || !messages.some(({ at }) => at === T0 + second * 1000)) {
      return log.append(topic, messages);
    }
    lost = true;
    throw new Error('the process is gone');
  };
  return { log: { ...log, append }, reached: () => lost };
}

/** A database that does not take a statement, as a process that ends before it. */
export function without(database: Database, statement: string) {
  let isReached = false;
  const stopAt = (sql: string) => {
    if (!sql.includes(statement)) return;
    isReached = true;
    throw new Error('the process is gone');
  };
  const cut: Database = {
    ...database,
    async query(sql, params) {
      stopAt(sql);
      return database.query(sql, params);
    },
    transaction: (work) =>
      database.transaction((tx) =>
        work({
          async query(sql, params) {
            stopAt(sql);
            return tx.query(sql, params);
          },
        }),
      ),
  };
  return { database: cut, reached: () => isReached };
}

/** What is left of the slice's changes and decisions, as far as the wall clock has no part in it. */
export async function outcome(world: World) {
  const changes = await world.changes.list(1, { limit: 10 });
  const told = changes.map(({ durationMs: _wall, ...rest }) => rest);
  const slice = await world.slices.get(1);
  return { changes: told, flavorInForce: slice?.flavorInForce, epoch: slice?.epoch };
}
