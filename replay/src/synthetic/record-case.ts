import type { Feature, SliceState } from '@slicecast/contracts';
import { firstState } from '@slicecast/sro/domain/slice-definition.ts';
import type { Recording, Track } from '../recording/recording.ts';
import type { SyntheticCase } from './case.ts';
import { createDice } from './walk.ts';

const start = 1_700_000_000_000;
const stepMs = 1000;

/** What a flavor carries, in the load's unit, and what an hour of it costs. */
const flavors = [
  { id: 1, name: 'small', pricePerHour: 1, rank: 1, carries: 1 },
  { id: 2, name: 'large', pricePerHour: 3, rank: 2, carries: 3 },
] as const;

/** Latency of an idle service, ms, and beyond what share of its capacity its queue is cut off. */
const idleMs = 40;
const mostUsed = 0.9;
/** Standard deviation of the latency's logarithm from second to second. */
const noise = 0.2;

/** Of both flavors: latency ≤ 180 ms, so that a flavor holds up to .78 of what it carries. */
export function syntheticSlice(): SliceState {
  const definition = {
    id: 1,
    name: 'synthetic',
    hosts: ['10.0.0.1'],
    kpi: { name: 'latency', unit: 'ms' },
    sla: { bound: 180, side: 'upper' as const, complianceRatio: 0.99, windowSeconds: 3600 },
    flavors: flavors.map(({ carries: _, ...flavor }) => flavor),
    startFlavor: 1,
    sources: { profile: 'p', live: 'p' },
    actuator: 'none',
  };
  return { ...firstState(definition, start), stepMs };
}

/** The case as if both flavors had been recorded under one load: latency as in an M/M/1 queue, times noise. */
export function recordCase(each: SyntheticCase, seed: number, seconds: number): Recording {
  const { work, seen } = each.load(seed, seconds);
  const dice = createDice(seed + 1_000_003);
  const tracks = flavors.map(({ id, carries }): readonly [number, Track] => {
    const kpi = work.map((load) => {
      const used = Math.min(mostUsed, load / carries);
      return (idleMs / (1 - used)) * Math.exp(noise * dice.normal());
    });
    return [id, { columns: seen, kpi }];
  });
  return {
    stepMs,
    at: Array.from({ length: seconds }, (_, second) => start + second * stepMs),
    features: seen.map((_, k) => featureOf(k)),
    tracks: new Map(tracks),
  };
}

function featureOf(k: number): Feature {
  const series = String(k).padStart(40, '0');
  return { series, labels: {}, transform: 'raw', windowMs: 0, maxAgeMs: 2.5 * stepMs };
}
