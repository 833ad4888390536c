import { seededRandom } from '@slicecast/stats';
import { hosts } from './recorded-labels.ts';
import { recordedKpi } from './recorded-series.ts';
import type { RecordedSeries } from './series.ts';
import type { Timeline } from './timeline.ts';
import type { Trace } from './trace.ts';

/** Cells of a made-up series before it repeats: longer than profiles and live part together. */
const cells = 40_000;

type Make = (random: () => number, index: number) => Float64Array;

/** Metrics of a host that have nothing to do with the load: name, how many of it, and what they do. */
const kinds: readonly { name: string; label: string; values: readonly string[]; make: Make }[] = [
  {
    name: 'node_cpu_seconds_total',
    label: 'mode',
    values: ['idle', 'iowait', 'nice', 'softirq', 'steal', 'system'],
    make: counter,
  },
  {
    name: 'node_disk_reads_completed_total',
    label: 'device',
    values: ['sda', 'sdb', 'sdc', 'sdd'],
    make: counter,
  },
  {
    name: 'node_network_receive_errs_total',
    label: 'device',
    values: ['ens3', 'ens4', 'lo'],
    make: constant,
  },
  {
    name: 'node_filesystem_size_bytes',
    label: 'mountpoint',
    values: ['/', '/var', '/home', '/boot'],
    make: constant,
  },
  { name: 'node_boot_time_seconds', label: 'clock', values: ['system'], make: constant },
  {
    name: 'node_hwmon_temp_celsius',
    label: 'sensor',
    values: ['temp1', 'temp2', 'temp3', 'temp4', 'temp5'],
    make: noise,
  },
  {
    name: 'node_entropy_available_bits',
    label: 'pool',
    values: ['input', 'blocking', 'urandom'],
    make: noise,
  },
  {
    name: 'node_memory_Cached_bytes',
    label: 'zone',
    values: ['dma', 'dma32', 'normal', 'movable'],
    make: randomWalk,
  },
  {
    name: 'node_filesystem_avail_bytes',
    label: 'mountpoint',
    values: ['/', '/var', '/home', '/boot'],
    make: randomWalk,
  },
  {
    name: 'node_power_supply_voltage_volt',
    label: 'supply',
    values: ['psu1', 'psu2', 'psu3', 'psu4', 'psu5'],
    make: sinusoid,
  },
  { name: 'node_md_disks', label: 'state', values: ['active', 'failed', 'spare'], make: dead },
];

/**
 * Series that a real Prometheus has beside the useful ones, on the slice's own hosts: counters,
 * constants, dead ones, noise, random walks, other rhythms, and the KPI itself under two other names.
 * The same at every run.
 */
export function distractors(
  traces: ReadonlyMap<number, Trace>,
  timeline: Timeline,
): readonly RecordedSeries[] {
  const begin = timeline.profiles.get(1)?.start ?? timeline.live.start;
  const made = hosts.flatMap((host, h) =>
    kinds.flatMap(({ name, label, values, make }, k) =>
      values.map((value, v) => {
        const seed = 1 + v + 100 * k + 10_000 * h;
        const labels = { __name__: name, [label]: value, instance: `${host}:9100`, job: 'node' };
        return repeating(labels, begin, () => make(seededRandom(seed), seed));
      }),
    ),
  );
  return [...made, ...kpiAliases(traces)];
}

/** The tenant's client exports what it measures, in ms and in s. */
function kpiAliases(traces: ReadonlyMap<number, Trace>): readonly RecordedSeries[] {
  const instance = `${hosts[0]}:9200`;
  return [
    { name: 'client_read_latency_p99_milliseconds', factor: 1 },
    { name: 'client_read_latency_p99_seconds', factor: 0.001 },
  ].map(({ name, factor }) => ({
    labels: { __name__: name, instance, job: 'client' },
    valueAt: (_second, moment) => {
      const kpi = recordedKpi(traces, moment);
      return kpi === undefined ? undefined : kpi * factor;
    },
  }));
}

function repeating(
  labels: Record<string, string>,
  begin: number,
  make: () => Float64Array,
): RecordedSeries {
  let made: Float64Array | undefined;
  return {
    labels,
    valueAt(second) {
      made ??= make();
      const value = made[(second - begin) % cells];
      return value === undefined || Number.isNaN(value) ? undefined : value;
    },
  };
}

function counter(random: () => number): Float64Array {
  const pace = 0.2 + random();
  let total = Math.floor(1e6 * random());
  return fill(() => {
    total += pace * random();
    return Math.round(1000 * total) / 1000;
  });
}

function constant(random: () => number): Float64Array {
  const value = Math.floor(1e9 * random());
  return fill(() => value);
}

function noise(random: () => number): Float64Array {
  const centre = 20 + 40 * random();
  return fill(() => Math.round(100 * (centre + 4 * (random() + random() - 1))) / 100);
}

function randomWalk(random: () => number): Float64Array {
  let value = 1e9 * (1 + random());
  return fill(() => {
    value += 1e6 * (random() - 0.5);
    return Math.round(value);
  });
}

function sinusoid(random: () => number): Float64Array {
  const period = 500 + 4000 * random();
  const phase = random();
  return fill((i) => 12 + Math.sin(2 * Math.PI * (i / period + phase)) + 0.02 * random());
}

/** An exporter that fell silent a minute after the recording began. */
function dead(random: () => number): Float64Array {
  const value = Math.floor(8 * random());
  return fill((i) => (i < 60 ? value : Number.NaN));
}

function fill(cell: (index: number) => number): Float64Array {
  return Float64Array.from({ length: cells }, (_, index) => cell(index));
}
