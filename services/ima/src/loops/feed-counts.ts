import type { SliceInputRow } from '@slicecast/contracts';
import type { Metrics } from '@slicecast/platform';
import type { KpiIntake } from '../domain/kpi-ticks.ts';
import type { Intake } from '../domain/series-buffer.ts';

/** What the feeds count, by reason and never by slice, so that the labels stay bounded. */
export interface FeedCounts {
  row(row: SliceInputRow): void;
  sample(intake: Intake | 'no-feed' | 'unreadable'): void;
  kpi(intake: KpiIntake | 'no-feed' | 'unreadable'): void;
  pollError(): void;
}

export function createFeedCounts(metrics: Metrics): FeedCounts {
  const rows = metrics.counter('slicecast_ima_rows_total', 'Rows written to slice-inputs');
  const cells = metrics.counter(
    'slicecast_ima_row_features_total',
    'Features in rows, by their state',
    ['state'],
  );
  const samples = metrics.counter(
    'slicecast_ima_samples_total',
    'Samples read, by what became of them',
    ['intake'],
  );
  const kpis = metrics.counter(
    'slicecast_ima_kpi_total',
    'Live KPI values, by what became of them',
    ['intake'],
  );
  const errors = metrics.counter(
    'slicecast_ima_poll_errors_total',
    'Polls of a live source that failed',
  );
  return {
    row(row) {
      rows.inc();
      for (const state of row.states) cells.inc({ state });
    },
    sample: (intake) => samples.inc({ intake }),
    kpi: (intake) => kpis.inc({ intake }),
    pollError: () => errors.inc(),
  };
}
