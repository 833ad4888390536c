import type { FakeSeries } from './fake-prometheus.ts';

/** First second of every trace. */
export const startMs = 1_579_355_129_000;
export const seconds = 240;

const times = Array.from({ length: seconds }, (_, index) => startMs + index * 1000);

function series(
  name: string,
  host: string,
  value: (second: number) => number,
  labels: Readonly<Record<string, string>> = {},
): FakeSeries {
  return {
    labels: { __name__: name, instance: `${host}:9100`, job: 'node', ...labels },
    times,
    values: times.map((_, second) => value(second)),
  };
}

/** A load that rises and falls. */
export function load(second: number): number {
  return 50 + 40 * Math.sin(second / 20);
}

/** What a slice of the hosts 10.0.0.1 and 10.0.0.2 has, and what is not its own. */
export const trace: readonly FakeSeries[] = [
  series('connections', '10.0.0.1', (second) => Math.round(load(second))),
  series('connections', '10.0.0.2', (second) => Math.round(load(second)) + 7),
  series('bytes_total', '10.0.0.1', (second) => 1000 + 500 * second + 4000 * Math.sin(second / 20)),
  series('buildinfo', '10.0.0.1', () => 1, { version: '1.2' }),
  series('boot_time_seconds', '10.0.0.2', () => 1_579_000_000),
  { ...series('gone', '10.0.0.1', load), times: times.slice(0, 40) },
  series('connections', '10.0.0.10', load),
  series('unrelated', '10.0.0.1', (second) => (second * 7919) % 101),
];

/** The KPI follows the load. */
export function kpiAt(second: number): number {
  return 100 + 2 * load(second);
}

/** A Y file of the trace's seconds from `from` to before `to`. */
export function yFile(from = 30, to = 230): string {
  const rows = Array.from({ length: to - from }, (_, index) => {
    const second = from + index;
    return `${startMs / 1000 + second},${kpiAt(second)}`;
  });
  return `timestamp,R_99\n${rows.join('\n')}\n`;
}
