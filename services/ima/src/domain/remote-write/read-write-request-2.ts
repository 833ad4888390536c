import type { SeriesChooser } from './chosen-series.ts';
import { readSamples, type WriteRequest, type WrittenSeries } from './read-write-request.ts';
import { MalformedWrite, Wire } from './wire.ts';

const lengthDelimited = 2;

/** `io.prometheus.write.v2.Request` of remote write 2.0: labels are numbers into a table of texts. */
export function readWriteRequest2(bytes: Buffer, chooser: SeriesChooser): WriteRequest {
  const wire = new Wire(bytes);
  const symbols: string[] = [];
  const spans: number[] = [];
  while (!wire.done) {
    const tag = wire.varint();
    if (tag === (4 << 3) + lengthDelimited) symbols.push(wire.text(wire.fieldEnd()));
    else if (tag === (5 << 3) + lengthDelimited) {
      const end = wire.fieldEnd();
      spans.push(wire.position, end);
      wire.position = end;
    } else wire.skip(tag & 7);
  }
  const series: WrittenSeries[] = [];
  let samples = 0;
  for (let span = 0; span < spans.length; span += 2) {
    const own = new Wire(bytes, spans[span], spans[span + 1]);
    samples += readSeries(own, symbols, chooser, series);
  }
  return { series, samples };
}

function readSeries(
  wire: Wire,
  symbols: readonly string[],
  chooser: SeriesChooser,
  found: WrittenSeries[],
): number {
  const texts: string[] = [];
  const samples: number[] = [];
  while (!wire.done) {
    const tag = wire.varint();
    if (tag === (1 << 3) + lengthDelimited) {
      const end = wire.fieldEnd();
      while (wire.position < end) texts.push(symbolAt(symbols, wire.varint()));
    } else if (tag === 1 << 3) texts.push(symbolAt(symbols, wire.varint()));
    else if (tag === (2 << 3) + lengthDelimited) {
      const end = wire.fieldEnd();
      samples.push(wire.position, end);
      wire.position = end;
    } else wire.skip(tag & 7);
  }
  if (texts.length % 2 !== 0) throw new MalformedWrite('a label has a name and no value');
  // Half a surrogate pair stands in no text that was read from UTF-8.
  const chosen = chooser.choose(texts.join('\ud800'), () => pairsOf(texts));
  if (chosen !== null) found.push({ ...chosen, samples: readSamples(wire.bytes, samples) });
  return samples.length / 2;
}

function symbolAt(symbols: readonly string[], index: number): string {
  const symbol = symbols[index];
  if (symbol !== undefined) return symbol;
  throw new MalformedWrite(`symbol ${index} is not among the ${symbols.length} of the request`);
}

function pairsOf(texts: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < texts.length; at += 2) pairs.push([texts[at] ?? '', texts[at + 1] ?? '']);
  return pairs;
}
