import type { Feature, Labels } from '@slicecast/contracts';
import { compareCodePoints } from '@slicecast/contracts';
import { escapeRegex } from './promql.ts';

export interface KeepRule {
  readonly source_labels: readonly string[];
  readonly regex: string;
  readonly action: 'keep';
}

/** A Prometheus that ships a slice's features and nothing else. */
export interface PrometheusConfiguration {
  readonly global: { readonly scrape_interval: string };
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
    readonly metric_relabel_configs: readonly KeepRule[];
  }[];
  readonly remote_write: readonly {
    readonly url: string;
    readonly queue_config: { readonly batch_send_deadline: string };
  }[];
}

/** Prometheus' default of 5 s eats a sixth of a 30 s horizon. */
const batchSendDeadline = '1s';
/** Prometheus joins the source labels by it unless told otherwise. */
const separator = ';';

/**
 * The configuration for these features: one scrape job per distinct `job`, its own targets, and a
 * keep-list of exactly these series. Everything is sorted, so that equal features give equal text.
 */
export function prometheusConfiguration(
  features: readonly Pick<Feature, 'labels'>[],
  options: { readonly stepMs: number; readonly remoteWriteUrl: string },
): PrometheusConfiguration {
  const byJob = Map.groupBy(
    features.map(({ labels }) => labels),
    (labels) => labels.job ?? 'slicecast',
  );
  return {
    global: { scrape_interval: duration(options.stepMs) },
    scrape_configs: [...byJob]
      .sort(([a], [b]) => compareCodePoints(a, b))
      .map(([job_name, series]) => ({
        job_name,
        static_configs: [{ targets: distinct(series.map(({ instance }) => instance ?? '')) }],
        metric_relabel_configs: [keepNames(series), keepSeries(series)],
      })),
    remote_write: [
      { url: options.remoteWriteUrl, queue_config: { batch_send_deadline: batchSendDeadline } },
    ],
  };
}

function keepNames(series: readonly Labels[]): KeepRule {
  const names = distinct(series.map(({ __name__ }) => __name__ ?? ''));
  return {
    source_labels: ['__name__'],
    regex: names.map(escapeRegex).join('|'),
    action: 'keep',
  };
}

/** A name at another instance, or with another device, is not kept. */
function keepSeries(series: readonly Labels[]): KeepRule {
  const labels = distinct(series.flatMap((set) => Object.keys(set))).filter(
    (name) => name !== 'job',
  );
  const rows = series.map((set) =>
    labels.map((name) => escapeRegex(set[name] ?? '')).join(separator),
  );
  return { source_labels: labels, regex: distinct(rows).join('|'), action: 'keep' };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text !== '').sort(compareCodePoints);
}

function duration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
