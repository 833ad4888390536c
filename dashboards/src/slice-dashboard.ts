import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { featureAge, featureStates, featureValues } from './flux/features.ts';
import { decidedChanges, flavorChanges, flavorInForce, violationProbability } from './flux/kpi.ts';
import { decisions, decisionsByReason, delayPerHop, leadPerHop } from './flux/pipeline.ts';
import { coverage, meanErrors, skill } from './flux/scored.ts';
import { choices } from './panels/choices.ts';
import { datasource, fluxQuery } from './panels/flux-query.ts';
import { kpiPanel } from './panels/kpi-panel.ts';
import { seriesPanel } from './panels/series-panel.ts';

/** One slice: what its users feel, what was forecast and decided, and how good that was. */
export function sliceDashboard(): Dashboard {
  const builder = new DashboardBuilder('Slicecast: a slice')
    .uid('slicecast-slice')
    .tags(['slicecast'])
    .time({ from: 'now-30m', to: 'now' })
    .refresh('5s')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables(choices())
    .annotation(annotation('Flavor in force', 'green', flavorChanges))
    .annotation(annotation('Change decided', 'orange', decidedChanges));
  addKpi(builder);
  addFeatures(builder);
  addQuality(builder);
  addTiming(builder);
  return builder.build();
}

function addKpi(builder: DashboardBuilder): void {
  builder
    .withRow(new RowBuilder('KPI and flavor'))
    .withPanel(kpiPanel())
    .withPanel(
      seriesPanel({
        title: 'P(violation)',
        description: 'Probability that the KPI breaks the SLA one horizon ahead, for each flavor.',
        unit: 'percentunit',
        queries: [violationProbability],
        min: 0,
        max: 1,
      }),
    )
    .withPanel(
      seriesPanel({
        title: 'Flavor in force',
        description: 'Id of the flavor; its changes and the decisions behind them are annotations.',
        unit: 'none',
        queries: [flavorInForce],
        min: 0,
      }),
    );
}

function addFeatures(builder: DashboardBuilder): void {
  builder
    .withRow(new RowBuilder('Features'))
    .withPanel(
      seriesPanel({
        title: 'Features',
        description: 'What the forecasts are made from, each in its own unit.',
        unit: 'short',
        queries: [featureValues],
      }),
    )
    .withPanel(
      seriesPanel({
        title: 'States of the features',
        description: 'Only fresh and late ones carry a value; age of the oldest in seconds.',
        unit: 'short',
        queries: [featureStates, featureAge],
        min: 0,
      }),
    );
}

function addQuality(builder: DashboardBuilder): void {
  builder
    .withRow(new RowBuilder('How good the forecasts are'))
    .withPanel(
      seriesPanel({
        title: 'Mean absolute error',
        description: "In the KPI's unit. Persistence is the KPI at the tick of the forecast.",
        unit: 'short',
        queries: [meanErrors],
        min: 0,
        span: 8,
      }),
    )
    .withPanel(
      seriesPanel({
        title: 'Skill against persistence',
        description: '1 is without error, 0 as good as persistence, below 0 worse.',
        unit: 'percentunit',
        queries: [skill],
        max: 1,
        span: 8,
      }),
    )
    .withPanel(
      seriesPanel({
        title: 'Coverage',
        description: 'Share of the targets inside their interval: near 0.8 and 0.95.',
        unit: 'percentunit',
        queries: [coverage],
        min: 0,
        max: 1,
        span: 8,
      }),
    );
}

function addTiming(builder: DashboardBuilder): void {
  builder
    .withRow(new RowBuilder('Decisions and lead time'))
    .withPanel(
      seriesPanel({
        title: 'Lead time per hop',
        description: 'What is left of the horizon; of a decision, less the time of a change.',
        unit: 's',
        queries: [leadPerHop],
      }),
    )
    .withPanel(
      seriesPanel({
        title: 'Delay per hop',
        description: "How long after its tick a hop's message could be read.",
        unit: 's',
        queries: [delayPerHop],
        min: 0,
      }),
    )
    .withPanel(
      seriesPanel({
        title: 'Decisions by reason',
        description: 'Ticks for each reason to keep or to change.',
        unit: 'short',
        queries: [decisionsByReason],
        min: 0,
      }),
    )
    .withPanel(
      new TablePanel()
        .title('Changes decided')
        .description('Newest first, with the lead time in seconds.')
        .datasource(datasource)
        .span(12)
        .height(9)
        .withTarget(fluxQuery('A', decisions)),
    );
}

function annotation(name: string, color: string, query: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasource)
    .enable(true)
    .iconColor(color)
    .target(fluxQuery('Anno', query));
}
