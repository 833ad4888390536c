import { type Model, middleOnly } from './model.ts';

/** The KPI is what it was in the middle of training: what is known without looking. */
export const trainingMedian: Model<Record<string, never>> = {
  name: 'training-median',
  modes: ['x-alone'],
  baseline: true,
  blended: false,
  followsLoad: false,
  lookBackSeconds: 0,
  work: 0.1,
  fit: () => ({}),
  forecast: (_fitted, { basis }) => middleOnly(basis.kpiMedian),
};
