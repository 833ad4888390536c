import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type Metric,
  Registry,
} from 'prom-client';
import { ChildHistogram } from './child-histogram.ts';

export type { Counter, Gauge, Histogram } from 'prom-client';
export type { ChildHistogram, HistogramChild } from './child-histogram.ts';

/** A process' metrics in Prometheus' text form. Asking twice for one name gives the same metric. */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  /** `buckets` in the metric's base unit; default fits request durations in seconds. */
  histogram(
    name: string,
    help: string,
    labels?: readonly string[],
    buckets?: readonly number[],
  ): Histogram;
  /** The same, where what is observed with every request settles its labels once. */
  childHistogram(name: string, help: string, buckets?: readonly number[]): ChildHistogram;
  /** What `/metrics` answers. */
  text(): Promise<{ contentType: string; body: string }>;
}

/** Seconds: prom-client's own. */
const durationBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface MetricsOptions {
  /** Node's own metrics (event loop lag, heap); default false, main.ts sets it. */
  readonly process?: boolean;
}

export function createMetrics(service: string, options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (options.process === true) collectDefaultMetrics({ register: registry });

  function once<Metric>(name: string, kind: new (...args: never[]) => Metric, make: () => Metric) {
    const present: unknown = registry.getSingleMetric(name);
    if (present === undefined) return make();
    if (present instanceof kind) return present;
    throw new TypeError(`metric ${name} is already there as another kind`);
  }

  return {
    counter: (name, help, labels = []) =>
      once(name, Counter, () => {
        return new Counter({ name, help, labelNames: [...labels], registers: [registry] });
      }),
    gauge: (name, help, labels = []) =>
      once(name, Gauge, () => {
        return new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
      }),
    histogram: (name, help, labels = [], buckets) =>
      once(name, Histogram, () => {
        const own = buckets === undefined ? {} : { buckets: [...buckets] };
        return new Histogram({
          name,
          help,
          labelNames: [...labels],
          registers: [registry],
          ...own,
        });
      }),
    childHistogram: (name, help, buckets = durationBounds) =>
      once(name, ChildHistogram, () => {
        const made = new ChildHistogram(name, help, buckets);
        // The registry's types know the package's own classes alone; it asks for a name and `get`.
        registry.registerMetric(made as unknown as Metric);
        return made;
      }),
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
