import type { ChosenSeries, SeriesChooser } from './chosen-series.ts';
import { readSamples, type WriteRequest, type WrittenSeries } from './read-write-request.ts';
import { SymbolIds } from './symbol-ids.ts';
import { MalformedWrite, Wire } from './wire.ts';

const lengthDelimited = 2;
const mostLabels = 1024;

/** The symbol table of a request: where each text lies, and its number among all requests. */
interface Symbols {
  readonly bytes: Buffer;
  readonly starts: number[];
  readonly ends: number[];
  readonly ids: number[];
}

/** `io.prometheus.write.v2.Request` of remote write 2.0: labels are numbers into a table of texts. */
export function createReader2(chooser: SeriesChooser): (bytes: Buffer) => WriteRequest {
  const known = new SymbolIds();
  // Of one series at a time: the numbers of the request, and those that are the same in every request.
  const refs = new Int32Array(2 * mostLabels);
  const ids = new Int32Array(2 * mostLabels);
  const spelling = Buffer.from(ids.buffer);

  function choose(count: number, symbols: Symbols): ChosenSeries | null {
    if (count % 2 !== 0) throw new MalformedWrite('a label has a name and no value');
    for (let index = 0; index < count; index += 1) {
      const ref = refs[index] ?? -1;
      const id = symbols.ids[ref];
      if (id === undefined) throw unknownSymbol(ref, symbols);
      ids[index] = id;
    }
    const length = count * Int32Array.BYTES_PER_ELEMENT;
    return chooser.choose(spelling, 0, length, () => pairsOf(refs.subarray(0, count), symbols));
  }

  /** Number of its samples. */
  function readSeries(wire: Wire, symbols: Symbols, found: WrittenSeries[]): number {
    const samples: number[] = [];
    let count = 0;
    while (!wire.done) {
      const tag = wire.varint();
      if (tag === (1 << 3) + lengthDelimited) {
        const end = wire.fieldEnd();
        while (wire.position < end) count = take(wire.varint(), count);
      } else if (tag === 1 << 3) count = take(wire.varint(), count);
      else if (tag === (2 << 3) + lengthDelimited) {
        const end = wire.fieldEnd();
        samples.push(wire.position, end);
        wire.position = end;
      } else wire.skip(tag & 7);
    }
    const chosen = choose(count, symbols);
    if (chosen !== null) found.push({ ...chosen, samples: readSamples(wire.bytes, samples) });
    return samples.length / 2;
  }

  function take(ref: number, count: number): number {
    if (count === refs.length)
      throw new MalformedWrite(`a series has more than ${mostLabels} labels`);
    // Beyond 31 bits no table has a text.
    refs[count] = ref > 0x7fffffff ? -1 : ref;
    return count + 1;
  }

  return (bytes) => {
    const { symbols, spans } = readTable(bytes, known);
    const series: WrittenSeries[] = [];
    let samples = 0;
    for (let span = 0; span < spans.length; span += 2) {
      samples += readSeries(new Wire(bytes, spans[span], spans[span + 1]), symbols, series);
    }
    return { series, samples };
  };
}

/** The symbols, and begin and end of each series: the table may come after them. */
function readTable(bytes: Buffer, known: SymbolIds) {
  const symbols: Symbols = { bytes, starts: [], ends: [], ids: [] };
  const spans: number[] = [];
  const wire = new Wire(bytes);
  while (!wire.done) {
    const tag = wire.varint();
    if (tag === (4 << 3) + lengthDelimited) {
      const end = wire.fieldEnd();
      symbols.starts.push(wire.position);
      symbols.ends.push(end);
      symbols.ids.push(known.idOf(bytes.toString('latin1', wire.position, end)));
      wire.position = end;
    } else if (tag === (5 << 3) + lengthDelimited) {
      const end = wire.fieldEnd();
      spans.push(wire.position, end);
      wire.position = end;
    } else wire.skip(tag & 7);
  }
  return { symbols, spans };
}

function pairsOf(refs: Int32Array, symbols: Symbols): [string, string][] {
  const texts = Array.from(refs, (ref) => textAt(ref, symbols));
  return texts.flatMap((text, at): [string, string][] =>
    at % 2 === 0 ? [[text, texts[at + 1] ?? '']] : [],
  );
}

function textAt(ref: number, symbols: Symbols): string {
  const { bytes, starts, ends } = symbols;
  const end = ends[ref];
  if (end === undefined) throw unknownSymbol(ref, symbols);
  return new Wire(bytes, starts[ref]).text(end);
}

function unknownSymbol(ref: number, { ids }: Symbols): MalformedWrite {
  return new MalformedWrite(`symbol ${ref} is not among the ${ids.length} of the request`);
}
