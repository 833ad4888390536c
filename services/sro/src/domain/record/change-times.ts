import { median } from '@slicecast/stats';
import type { SliceRecord } from './slice-record.ts';

/** What the deciders were told that a change takes, and when the other flavor was in force: medians of the record. */
export function changeTimes({ ticks }: SliceRecord): {
  changeSeconds: number;
  inForceSeconds: number;
} {
  const told = ticks.map(({ decision }) => decision.numbers.changeSeconds ?? Number.NaN);
  const taken = ticks.map(({ decision }, k) => {
    if (decision.action === 'keep' || decision.mode !== 'auto') return Number.NaN;
    const next = ticks.slice(k).find(({ forecast }) => forecast.epoch > decision.epoch);
    return next === undefined ? Number.NaN : (next.forecast.at - decision.at) / 1000;
  });
  // Without a tick there is nothing to run over, and no change to take any time.
  const changeSeconds = finiteOr(median(told), 0);
  return { changeSeconds, inForceSeconds: finiteOr(median(taken), changeSeconds) };
}

function finiteOr(value: number, other: number): number {
  return Number.isFinite(value) ? value : other;
}
