import {
  fitGridLoad,
  gridOf,
  periodOf,
  seriesOf,
} from '@slicecast/forecasting/domain/profile-series.ts';
import { profileOf } from '../run/train-models.ts';
import type { Recording } from './recording.ts';

/** The part that a record is learned from, when nobody says otherwise. */
const learnedShare = 1 / 3;

/** The load's cycle in ticks, as seen before `end` under the first flavor; null without one. */
export function periodBefore(recording: Recording, end: number): number | null {
  const [flavorId] = recording.tracks.keys();
  if (flavorId === undefined) return null;
  const grid = gridOf(profileOf(recording, flavorId, end));
  const series = seriesOf(grid, fitGridLoad(grid, end), { kind: 'log', centre: 0, spread: 1 });
  const period = periodOf(series, end, recording.stepMs);
  return period === null ? null : Math.round(period);
}

/** Where the judged part begins: after about a third of the record, in whole cycles of its load. */
export function endOfFirstCycles(recording: Recording): number {
  const third = Math.floor(learnedShare * recording.at.length);
  const period = periodBefore(recording, third);
  if (period === null) return third;
  return period * Math.max(1, Math.round(third / period));
}
