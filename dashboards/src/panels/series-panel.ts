import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { datasource, fluxQuery } from './flux-query.ts';

export interface SeriesPanel {
  readonly title: string;
  /** What is seen, and what is good. */
  readonly description: string;
  /** Grafana's name: `s`, `percentunit`, `short`. */
  readonly unit: string;
  /** Flux; each is one or several series. */
  readonly queries: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** Of the 24 columns; default 12. */
  readonly span?: number;
}

/** Series over time, all values of an instant in one tooltip. */
export function seriesPanel(panel: SeriesPanel): PanelBuilder {
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(panel.description)
    .datasource(datasource)
    .unit(panel.unit)
    .span(panel.span ?? 12)
    .height(9)
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(1)
    .showPoints(VisibilityMode.Never)
    // A gap in the data is a gap in the line.
    .spanNulls(false)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    )
    .targets(panel.queries.map((query, index) => fluxQuery(refId(index), query)));
  if (panel.min !== undefined) builder.min(panel.min);
  if (panel.max !== undefined) builder.max(panel.max);
  return builder;
}

function refId(index: number): string {
  return String.fromCharCode(65 + index);
}
