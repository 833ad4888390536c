import { median } from '@slicecast/stats';
import { stepsOf } from '../basis.ts';
import { type Model, middleOnly } from './model.ts';

const windowSeconds = 10;

/** The KPI stays at the median of its last 10 s (of the last three steps where they are longer). */
export const rollingMedian: Model<Record<string, never>> = {
  name: 'rolling-median',
  modes: ['live-kpi'],
  baseline: true,
  blended: false,
  followsLoad: false,
  lookBackSeconds: windowSeconds,
  work: 1,
  fit: () => ({}),
  forecast(_fitted, { basis, series, index }) {
    const steps = Math.max(3, stepsOf(basis, windowSeconds));
    const recent = series.kpi.subarray(Math.max(0, index + 1 - steps), Math.max(0, index + 1));
    return middleOnly(median(recent));
  },
};
