import { usualKpi } from '../basis.ts';
import { departureColumn } from '../design-row.ts';
import type { Instant } from '../instant.ts';
import { cellAt } from '../series.ts';
import { type Model, middleOnly } from './model.ts';

/** How much of what the KPI lately was above the usual is still there at the target. */
type Damping = { readonly damping: number };

const windowSeconds = 30;
const dampings = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];

/** The KPI that is usual at the target's phase, and a damped share of the present departure from it. */
export const seasonalMedian: Model<Damping> = {
  name: 'seasonal-median',
  modes: ['live-kpi', 'x-alone'],
  baseline: false,
  blended: true,
  followsLoad: false,
  lookBackSeconds: windowSeconds,
  work: 0.5,
  fit({ series, end, basis, instant }, mode) {
    if (basis.cycle === null) return null;
    if (mode === 'x-alone') return { damping: 0 };
    const h = basis.horizonSteps;
    const thin = Math.max(1, Math.round((end - h) / 2000));
    const errors = dampings.map(() => 0);
    for (let i = 0; i + h < end; i += thin) {
      const actual = cellAt(series.kpi, i + h);
      const departure = recentDeparture(instant(i));
      if (!Number.isFinite(actual) || !Number.isFinite(departure)) continue;
      const usual = usualAtTarget(instant(i));
      dampings.forEach((damping, d) => {
        errors[d] = (errors[d] ?? 0) + Math.abs(actual - usual - damping * departure);
      });
    }
    const best = errors.indexOf(Math.min(...errors));
    return { damping: dampings[best] ?? 0 };
  },
  forecast({ damping }, instant) {
    const usual = usualAtTarget(instant);
    return middleOnly(damping === 0 ? usual : usual + damping * recentDeparture(instant));
  },
};

function usualAtTarget({ basis, series, index }: Instant): number {
  return usualKpi(basis, cellAt(series.phase, index) + basis.horizonSteps);
}

function recentDeparture(instant: Instant): number {
  return instant.row()?.[departureColumn(instant.basis, windowSeconds)] ?? Number.NaN;
}
