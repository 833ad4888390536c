import type { Feature, K, SelectionReport } from '@slicecast/contracts';
import { isKpi, kpiLikeness } from '@slicecast/feature-selection/domain/kpi-likeness.ts';
import { selectFeatures } from '@slicecast/feature-selection/domain/select-features.ts';
import type { AppError } from '@slicecast/platform';
import { averageRanks } from '@slicecast/stats';
import { featureColumn, featureOf } from '../read/feature-column.ts';
import type { Rows } from '../read/lay-rows.ts';
import { refuse } from '../refuse.ts';

export interface ChosenFeatures {
  readonly features: readonly Feature[];
  /** Null where X has no more metrics than are asked for: all are taken. */
  readonly selection: SelectionReport | null;
  /** Metrics that are the KPI under another name: they are taken for no feature. */
  readonly kpiNames: readonly string[];
}

export interface FeatureChoice {
  readonly k: K;
  readonly horizonSeconds: number;
  readonly seed: number;
}

/** Chooses K of the metrics by what lies before row `end` alone; an AppError when none is of use. */
export function chooseFeatures(
  rows: Rows,
  end: number,
  choice: FeatureChoice,
): ChosenFeatures | AppError {
  const candidates = rows.samples.metrics.map((metric) => {
    const feature = featureOf(rows, metric, end);
    return { feature, values: featureColumn(rows, metric, feature, end) };
  });
  const kpi = rows.kpi.subarray(0, end);
  if (choice.k !== 'auto' && candidates.length <= choice.k) {
    const ranks = averageRanks(kpi);
    const own = candidates.filter(({ values }) => {
      const likeness = kpiLikeness(averageRanks(values), ranks);
      return likeness !== undefined && isKpi(likeness);
    });
    const features = candidates.filter((one) => !own.includes(one)).map(({ feature }) => feature);
    if (features.length === 0) return nothingBut(own.map(({ feature }) => feature.series));
    return { features, selection: null, kpiNames: own.map(({ feature }) => feature.series) };
  }
  const outcome = selectFeatures({
    clock: rows.at.slice(0, end),
    kpi,
    candidates,
    k: choice.k,
    method: 'forward',
    horizonMs: choice.horizonSeconds * 1000,
    stepMs: rows.stepMs,
    seed: choice.seed,
  });
  if ('refused' in outcome) {
    const fault = `no features can be selected from the first ${end} rows (${outcome.refused.message})`;
    return refuse('--x', fault, 'give other metrics or a longer recording');
  }
  const { report } = outcome;
  return {
    features: report.features.map(({ feature }) => feature),
    selection: report,
    kpiNames: report.kpiSeries.map(({ series }) => series),
  };
}

function nothingBut(names: readonly string[]) {
  const fault = `has nothing but the KPI itself (${names.join(', ')})`;
  return refuse('--x', fault, 'give metrics of the infrastructure as well');
}
