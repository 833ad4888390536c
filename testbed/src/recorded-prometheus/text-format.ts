import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Labels } from '@slicecast/contracts';
import type { Recording, Samples } from './recording.ts';
import { parseSelector } from './selector.ts';
import type { Span } from './timeline.ts';

const everything = parseSelector('{__name__=~".+"}');

/** What an exporter shows now: one line a series, in Prometheus' text format. */
export function exposition(recording: Recording): string {
  const now = Math.floor(recording.nowSeconds);
  const series = recording.samples(everything, now - 1, now);
  const lines = byName(series).map(
    ({ labels, points }) => `${nameAndLabels(labels)} ${points[0]?.[1]}`,
  );
  return `${lines.join('\n')}\n`;
}

/** Writes the samples of the spans as OpenMetrics text, from which promtool makes Prometheus' own blocks. */
export async function writeHistory(
  recording: Recording,
  spans: readonly Span[],
  path: string,
): Promise<void> {
  const file = createWriteStream(path);
  const parts = spans.flatMap(({ start, end }) =>
    recording.samples(everything, start - 1, end - 1),
  );
  for (const { labels, points } of byName(parts)) {
    const head = nameAndLabels(labels);
    const lines = points.map(([second, value]) => `${head} ${value} ${second}\n`);
    if (!file.write(lines.join(''))) await once(file, 'drain');
  }
  file.end('# EOF\n');
  await once(file, 'close');
}

/** Lines of one metric must stand together, and those of one series too; the sort keeps the order of time. */
function byName(series: readonly Samples[]): readonly Samples[] {
  return series.toSorted((a, b) => compare(nameAndLabels(a.labels), nameAndLabels(b.labels)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function nameAndLabels({ __name__: name = '', ...labels }: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeValue(value)}"`);
  return `${name}{${pairs.join(',')}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
