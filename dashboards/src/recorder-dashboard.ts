import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { recorderDrops, recorderLag, recorderPoints } from './flux/pipeline.ts';
import { seriesPanel } from './panels/series-panel.ts';

/** The way from the log to InfluxDB: lag, throughput, drops by reason. */
export function recorderDashboard(): Dashboard {
  return new DashboardBuilder('Slicecast: recording')
    .uid('slicecast-recording')
    .tags(['slicecast'])
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .tooltip(DashboardCursorSync.Crosshair)
    .withPanel(
      seriesPanel({
        title: 'Lag',
        description: "Age of a topic's newest message when its point was acknowledged.",
        unit: 's',
        queries: [recorderLag],
        min: 0,
        span: 24,
      }),
    )
    .withPanel(
      seriesPanel({
        title: 'Points since the start',
        description: 'By topic; it begins at zero when a recorder is started.',
        unit: 'short',
        queries: [recorderPoints],
        min: 0,
      }),
    )
    .withPanel(
      seriesPanel({
        title: 'Drops by reason since the start',
        description: 'Points that were not recorded; refused ones are in the dead letters.',
        unit: 'short',
        queries: [recorderDrops],
        min: 0,
      }),
    )
    .build();
}
