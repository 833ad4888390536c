import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Labels } from '@slicecast/contracts';
import type { Recording, Samples } from '../recorded-prometheus/recording.ts';
import { parseSelector, type Selector } from '../recorded-prometheus/selector.ts';
import type { Span } from '../recorded-prometheus/timeline.ts';

/**
 * Writes every sample that the recording has in the span (epoch seconds, [start, end)) as OpenMetrics
 * text, from which `promtool tsdb create-blocks-from openmetrics` makes a real Prometheus' history.
 * A series at a time: the file is written as a stream.
 */
export async function writeOpenMetrics(
  recording: Recording,
  { start, end }: Span,
  file: string,
): Promise<void> {
  await pipeline(Readable.from(openMetrics(recording, start, end)), createWriteStream(file));
}

function* openMetrics(recording: Recording, start: number, end: number): Generator<string> {
  for (const labels of recording.labels([parseSelector('{__name__=~".+"}')], start, end - 1)) {
    // The recording's ranges leave out their beginning.
    for (const samples of recording.samples(exactly(labels), start - 1, end - 1)) {
      yield linesOf(samples);
    }
  }
  yield '# EOF\n';
}

function exactly(labels: Labels): Selector {
  const matchers = Object.entries(labels).map(([label, value]) => ({
    label,
    matches: (found: string) => found === value,
  }));
  return { matchers, rangeSeconds: undefined };
}

/** One line a sample: `name{label="value",…} value timestamp`, the timestamp in seconds. */
function linesOf({ labels, points }: Samples): string {
  const { __name__: name = '', ...others } = labels;
  const pairs = Object.entries(others).map(([label, value]) => `${label}="${escaped(value)}"`);
  const series = `${name}{${pairs.join(',')}}`;
  return points.map(([second, value]) => `${series} ${value} ${second}\n`).join('');
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
