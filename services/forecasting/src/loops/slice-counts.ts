import type { Metrics } from '@slicecast/platform';
import type { Outcome } from '../domain/newest-outcomes.ts';
import { type ContestCounts, createContestCounts } from './contest-counts.ts';

/** What became of an input. */
export type InputOutcome =
  /** Forecast and published. */
  | 'forecast'
  /** The same, but so late that nothing acts on it. */
  | 'superseded'
  /** A KPI after its row: learned from. */
  | 'kpi'
  /** Came again: its forecast is in the record. */
  | 'published-before'
  | 'tick-not-newer'
  | 'not-forecasting'
  | 'untrained'
  /** The slice's models cannot be used. */
  | 'broken'
  | 'unknown-slice';

/** Counts by slice, for its status, and over all of them, for `/metrics`. */
export interface SliceCounts extends ContestCounts {
  input(sliceId: number, outcome: InputOutcome): void;
  /** A published forecast's target came. */
  scored(sliceId: number, outcome: Outcome): void;
  of(sliceId: number): Readonly<Record<string, number>>;
}

export function createSliceCounts(metrics: Metrics): SliceCounts {
  const bySlice = new Map<number, Map<InputOutcome, number>>();
  const counter = (name: string, help: string, labels: readonly string[]) =>
    metrics.counter(`slicecast_forecasting_${name}_total`, help, labels);
  const inputs = counter('inputs', 'Inputs of slices, by what became of them', ['outcome']);
  const ticks = counter('scored_ticks', 'Forecasts whose target came', ['slice']);
  const errors = counter(
    'absolute_error',
    "Absolute errors in the KPI's unit, summed; over scored ticks: the MAE",
    ['slice', 'of'],
  );
  const inside = counter('inside_interval', 'Targets inside the interval of their forecast', [
    'slice',
    'interval',
  ]);
  const contests = createContestCounts(metrics);
  return {
    ...contests,
    input(sliceId, outcome) {
      inputs.inc({ outcome });
      // Slices that nobody knows are not remembered: their number has no bound.
      if (outcome === 'unknown-slice') return;
      const counts = bySlice.get(sliceId) ?? new Map<InputOutcome, number>();
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      bySlice.set(sliceId, counts);
    },
    scored(sliceId, { error, persistenceError, in80, in95 }) {
      const slice = String(sliceId);
      ticks.inc({ slice });
      errors.inc({ slice, of: 'model' }, error);
      errors.inc({ slice, of: 'persistence' }, persistenceError);
      inside.inc({ slice, interval: '80' }, Number(in80));
      inside.inc({ slice, interval: '95' }, Number(in95));
    },
    of: (sliceId) => Object.fromEntries(bySlice.get(sliceId) ?? []),
    forget(sliceId) {
      const slice = String(sliceId);
      bySlice.delete(sliceId);
      ticks.remove({ slice });
      for (const kind of ['model', 'persistence']) errors.remove({ slice, of: kind });
      for (const interval of ['80', '95']) inside.remove({ slice, interval });
      contests.forget(sliceId);
    },
  };
}
