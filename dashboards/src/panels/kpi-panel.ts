import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { forecastKpi, observedKpi, slaBound } from '../flux/kpi.ts';
import { seriesPanel } from './series-panel.ts';

/** The KPI over its forecast: the intervals as bands, the median dashed, the bound in red. */
export function kpiPanel(): PanelBuilder {
  const panel = seriesPanel({
    title: 'KPI, forecast and interval',
    description:
      'Forecasts stand at the instant that they are about. 8 of 10 values should lie in the dark band (80 %), 19 of 20 in the light one (95 %).',
    unit: 'short',
    queries: [observedKpi, forecastKpi, slaBound],
    span: 24,
  });
  const looks: Readonly<Record<string, Looks>> = {
    kpi: { name: 'KPI', color: 'text', width: 2 },
    q50: { name: 'forecast', color: 'blue', width: 1, dashed: true },
    q90: { name: '80 % interval, above', color: 'blue', width: 0, fillTo: '80 % interval, below' },
    q10: { name: '80 % interval, below', color: 'blue', width: 0 },
    q975: {
      name: '95 % interval, above',
      color: 'light-blue',
      width: 0,
      fillTo: '95 % interval, below',
    },
    q025: { name: '95 % interval, below', color: 'light-blue', width: 0 },
    bound: { name: "SLA's bound", color: 'red', width: 1 },
  };
  for (const [field, look] of Object.entries(looks)) {
    panel.overrideByRegexp(`/(^|[^a-z0-9])${field}([^a-z0-9]|$)/`, propertiesOf(look));
  }
  return panel;
}

interface Looks {
  readonly name: string;
  readonly color: string;
  readonly width: number;
  readonly dashed?: boolean;
  /** Filled down to the series of this name. */
  readonly fillTo?: string;
}

function propertiesOf({ name, color, width, dashed, fillTo }: Looks) {
  return [
    { id: 'displayName', value: name },
    { id: 'color', value: { mode: 'fixed', fixedColor: color } },
    { id: 'custom.lineWidth', value: width },
    ...(dashed === true
      ? [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 6] } }]
      : []),
    ...(fillTo === undefined
      ? []
      : [
          { id: 'custom.fillBelowTo', value: fillTo },
          { id: 'custom.fillOpacity', value: 20 },
        ]),
  ];
}
