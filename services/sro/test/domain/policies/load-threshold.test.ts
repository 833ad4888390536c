import type { LoadThresholdPolicy } from '@slicecast/contracts';
import { expect, test } from 'vitest';
import { runDecider, ticksFrom } from '../run-decider.ts';
import { aForecast, aSlice, T0 } from '../samples.ts';

const three = [
  { id: 1, name: 'small', pricePerHour: 1, rank: 1 },
  { id: 2, name: 'medium', pricePerHour: 2, rank: 2 },
  { id: 3, name: 'large', pricePerHour: 4, rank: 3 },
];

/** One load a second, by a policy that looks at single values unless it says otherwise. */
function run(
  loads: readonly (number | null)[],
  { inForce = 1, ...rest }: Partial<LoadThresholdPolicy> & { inForce?: number } = {},
) {
  const policy: LoadThresholdPolicy = {
    kind: 'load-threshold',
    capacities: { 1: 0.2, 2: 0.6 },
    windowSeconds: 1,
    downSeconds: 10,
    ...rest,
  };
  return runDecider({
    slice: aSlice({ flavors: three, flavorInForce: inForce, policy }),
    ticks: ticksFrom(T0, loads.length),
    forecastAt: (at, { epoch, flavorInForce }) =>
      aForecast(at, {}, { epoch, flavorInForce, observedLoad: loads[(at - T0) / 1000] ?? null }),
  });
}

const seconds = (count: number, load: number): number[] => Array(count).fill(load);
const changesOf = ({ changes }: ReturnType<typeof run>) =>
  changes.map(({ at, to }) => [(at - T0) / 1000, to]);

const targets: [string, number, number | undefined][] = [
  ['stays on a flavor that carries the load', 0.2, undefined],
  ['goes to the cheapest flavor that carries it', 0.4, 2],
  ['goes past one that does not', 0.9, 3],
];

test.each(targets)('it %s', (_title, load, to) => {
  expect(changesOf(run(seconds(5, load)))[0]?.[1]).toBe(to);
});

test('it goes down when a cheaper flavor has carried the load for long enough', () => {
  const down = run([...seconds(3, 0.5), ...seconds(20, 0.1)], { inForce: 2 });
  expect(changesOf(down)).toEqual([[12, 1]]);
  expect(down.decisions[11]?.reason).toBe('stabilising');
  expect(down.decisions[12]?.reason).toBe('load-fits-cheaper-flavor');
});

test('a margin keeps it on the dearer flavor', () => {
  expect(changesOf(run(seconds(20, 0.15), { inForce: 2, margin: 0.1 }))).toEqual([]);
  expect(changesOf(run(seconds(20, 0.15), { inForce: 2, margin: 0.05 }))).toHaveLength(1);
});

test('the mean of the window counts, not a single value', () => {
  expect(changesOf(run([0, 0, 0, 0.5, 0, 0, 0], { windowSeconds: 4 }))).toEqual([]);
});

test('a tick whose load cannot be seen changes nothing', () => {
  const { decisions } = run([0.5, null]);
  expect(decisions[1]).toMatchObject({ action: 'keep' });
  expect(run([null]).decisions[0]).toMatchObject({ action: 'keep', reason: 'bad-input' });
});
