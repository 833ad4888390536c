import type { SyntheticCase } from './case.ts';
import { createDice, walk } from './walk.ts';

const readsSeconds = 400;
const writesSeconds = 590;

/** Reads and writes, each on its own cycle; a write costs four times a read, and most metrics count both alike. */
export const mixedLoads: SyntheticCase = {
  name: 'mixed loads',
  unknown: 'of what the load is made',
  load(seed, seconds) {
    const dice = createDice(seed);
    const wave = (period: number, memory: number) => {
      const first = dice.between(0, period);
      const noise = walk(dice, seconds, memory);
      return Float64Array.from(noise, (each, second) => {
        const height = (1 - Math.cos((2 * Math.PI * (second + first)) / period)) / 2;
        return Math.max(0, height + 0.05 * each);
      });
    };
    const reads = wave(readsSeconds, 30);
    const writes = wave(writesSeconds, 30);
    const work = reads.map((value, second) => 0.15 + 0.22 * value + 0.88 * (writes[second] ?? 0));
    const columns = [
      [1, 1],
      [1, 1],
      [1, 0],
      [0, 1],
    ].map(([r = 0, w = 0]) =>
      reads.map((value, second) => {
        const total = r * value + w * (writes[second] ?? 0);
        return 100 * (total + 0.03 * dice.normal());
      }),
    );
    return { work, seen: columns };
  },
};
