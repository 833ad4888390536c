import { recorderDashboard } from './recorder-dashboard.ts';
import { sliceDashboard } from './slice-dashboard.ts';

export { datasource } from './panels/flux-query.ts';

/** Grafana's JSON model of each dashboard, by the name of its file. */
export function dashboards(): Readonly<Record<string, string>> {
  const json = (dashboard: object) => `${JSON.stringify(dashboard, null, 2)}\n`;
  return {
    'slice.json': json(sliceDashboard()),
    'recording.json': json(recorderDashboard()),
  };
}
