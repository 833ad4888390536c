import { stepsOf } from '../basis.ts';
import { newestWithin } from '../series.ts';
import { type Model, middleOnly } from './model.ts';

const reachSeconds = 10;

/** The KPI stays as it is. */
export const persistence: Model<Record<string, never>> = {
  name: 'persistence',
  modes: ['live-kpi'],
  baseline: true,
  blended: false,
  followsLoad: false,
  lookBackSeconds: reachSeconds,
  work: 0.1,
  fit: () => ({}),
  forecast: (_fitted, { basis, series, index }) =>
    middleOnly(newestWithin(series.kpi, index, stepsOf(basis, reachSeconds))),
};
