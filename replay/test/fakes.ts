import type { SliceState } from '@slicecast/contracts';
import { firstState } from '@slicecast/sro/domain/slice-definition.ts';
import type { Recording } from '../src/recording/recording.ts';

/** A small flavor 1 and a large flavor 2 that costs three times as much; the KPI stays at or below 180. */
export function aSlice(changes: Partial<SliceState> = {}): SliceState {
  const definition = {
    id: 1,
    name: 'reads',
    hosts: ['10.0.0.1'],
    kpi: { name: 'R_99' },
    sla: { bound: 180, side: 'upper' as const, complianceRatio: 0.99, windowSeconds: 3600 },
    flavors: [
      { id: 1, name: 'small', pricePerHour: 1, rank: 1 },
      { id: 2, name: 'large', pricePerHour: 3, rank: 2 },
    ],
    startFlavor: 1,
    sources: { profile: 'p', live: 'p' },
    actuator: 'none',
  };
  return { ...firstState(definition, 0), ...changes };
}

/** A recording without features, of these KPIs at 1 Hz. */
export function kpiRecording(small: readonly number[], large: readonly number[]): Recording {
  const track = (kpi: readonly number[]) => ({ columns: [], kpi: Float64Array.from(kpi) });
  return {
    stepMs: 1000,
    at: small.map((_, i) => 1_000_000 + i * 1000),
    features: [],
    tracks: new Map([
      [1, track(small)],
      [2, track(large)],
    ]),
  };
}

export const repeated = (count: number, value: number): number[] => Array(count).fill(value);
