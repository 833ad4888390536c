import { compareCodePoints, type Feature, type Labels } from '@slicecast/contracts';
import {
  distinct,
  dropFurtherLabels,
  keepNames,
  keepSeries,
  labelNames,
  type RelabelRule,
} from './keep-series.ts';

/** Where that Prometheus writes to, and with what; the secret itself stays in a file beside it. */
export interface RemoteWriteTarget {
  readonly url: string;
  readonly authorization?: { readonly credentials_file: string };
  readonly basic_auth?: { readonly username: string; readonly password_file: string };
}

/** A Prometheus that ships a slice's features and nothing else. */
export interface PrometheusConfiguration {
  readonly global: { readonly scrape_interval: string };
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
    readonly metric_relabel_configs: readonly RelabelRule[];
  }[];
  readonly remote_write: readonly (RemoteWriteTarget & {
    readonly write_relabel_configs: readonly RelabelRule[];
    readonly metadata_config: { readonly send: boolean };
    readonly queue_config: { readonly batch_send_deadline: string };
  })[];
}

/** Prometheus' default of 5 s eats a sixth of a 30 s horizon. */
const batchSendDeadline = '1s';

/**
 * The configuration for these features: one scrape job per distinct `job`, its own targets, and keep-lists of exactly
 * these series. What is scraped is kept small; what is written is exact, and leaves out what Prometheus adds itself
 * (`up`, `scrape_duration_seconds`). Everything is sorted, so that equal features give equal text.
 */
export function prometheusConfiguration(
  features: readonly Pick<Feature, 'labels'>[],
  options: { readonly stepMs: number; readonly remoteWrite: RemoteWriteTarget },
): PrometheusConfiguration {
  const series = features.map(({ labels }) => labels);
  const byJob = Map.groupBy(series, ({ job }) => job ?? 'slicecast');
  return {
    global: { scrape_interval: duration(options.stepMs) },
    scrape_configs: [...byJob]
      .sort(([a], [b]) => compareCodePoints(a, b))
      .map(([job_name, ofJob]) => ({
        job_name,
        static_configs: [{ targets: distinct(ofJob.map(({ instance }) => instance ?? '')) }],
        metric_relabel_configs: [keepNames(ofJob), keepSeries(ofJob, scrapedLabels(ofJob))],
      })),
    // A keep-list of nothing would keep everything.
    remote_write: series.length === 0 ? [] : [remoteWrite(series, options.remoteWrite)],
  };
}

function remoteWrite(series: readonly Labels[], target: RemoteWriteTarget) {
  const labels = labelNames(series);
  return {
    ...target,
    write_relabel_configs: [keepSeries(series, labels), ...dropFurtherLabels(labels)],
    metadata_config: { send: false },
    queue_config: { batch_send_deadline: batchSendDeadline },
  };
}

/** The job is the same for all of them. */
function scrapedLabels(series: readonly Labels[]): readonly string[] {
  return labelNames(series).filter((name) => name !== 'job');
}

function duration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
