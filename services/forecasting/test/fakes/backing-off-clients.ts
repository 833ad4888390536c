import type { Profile } from '@slicecast/contracts';
import { seededRandom } from '@slicecast/stats';
import { start } from './synthetic-load.ts';

/** A second of a service whose clients back off from a flavor too small for them, and come back to a large one. */
export interface Second {
  /** What clients would ask of a flavor that bears it, 0 to 1. */
  readonly demand: number;
  readonly noise: number;
}

export type FlavorName = 'small' | 'large';

const smallBears = 0.5;

const rampSeconds = 120;

/** Plateaus of 100 to 250 s at any demand with ramps between them, without a cycle. */
export function demandOf(rows: number, seed: number): readonly Second[] {
  const random = seededRandom(seed);
  const seconds: Second[] = [];
  let from = 0.3;
  while (seconds.length < rows) {
    const to = 0.1 + 0.85 * random();
    const length = rampSeconds + 100 + Math.floor(150 * random());
    for (let k = 0; k < length; k += 1) {
      const demand = from + (to - from) * Math.min(1, k / rampSeconds);
      seconds.push({ demand, noise: random() });
    }
    from = to;
  }
  return seconds.slice(0, rows);
}

export function loadUnder(flavor: FlavorName, { demand }: Second): number {
  return flavor === 'small' ? Math.min(demand, smallBears) : demand;
}

export function kpiUnder(flavor: FlavorName, { demand, noise }: Second): number {
  if (flavor === 'small' && demand > smallBears) return 200 + 40 * noise;
  return 40 + 140 * demand * demand * (0.8 + 0.4 * noise);
}

export function profileUnder(flavor: FlavorName, seconds: readonly Second[]): Profile {
  const column = (scale: number) =>
    seconds.map((second) => scale * (loadUnder(flavor, second) + 0.01 * second.noise));
  return {
    at: seconds.map((_, row) => start + row * 1000),
    stepMs: 1000,
    features: ['a', 'b'].map((letter) => ({
      series: letter.repeat(40),
      labels: { __name__: `load_${letter}` },
      transform: 'raw',
      windowMs: 0,
      maxAgeMs: 2500,
    })),
    columns: [column(10), column(25)],
    kpi: seconds.map((second) => kpiUnder(flavor, second)),
  };
}
