import type { ChosenSeries, SeriesChooser } from './chosen-series.ts';
import { Wire } from './wire.ts';

/** Samples of a series that a slice has selected. */
export interface WrittenSeries extends ChosenSeries {
  readonly samples: readonly WrittenSample[];
}

export interface WrittenSample {
  /** Epoch ms. */
  readonly at: number;
  /** NaN for a stale marker too. */
  readonly value: number;
  /** The series has ended: its exporter is gone, or shows it no more. */
  readonly stale: boolean;
}

export interface WriteRequest {
  readonly series: readonly WrittenSeries[];
  /** Of all series, selected or not. */
  readonly samples: number;
}

const lengthDelimited = 2;

/** `prometheus.WriteRequest` of remote write 1.0. MalformedWrite for what is none. */
export function readWriteRequest(bytes: Buffer, chooser: SeriesChooser): WriteRequest {
  const wire = new Wire(bytes);
  const series: WrittenSeries[] = [];
  let samples = 0;
  while (!wire.done) {
    const tag = wire.varint();
    if (tag !== (1 << 3) + lengthDelimited) {
      wire.skip(tag & 7);
      continue;
    }
    const whole = wire.end;
    wire.end = wire.fieldEnd();
    samples += readSeries(wire, chooser, series);
    wire.end = whole;
  }
  return { series, samples };
}

/**
 * Number of its samples. Nearly all series are not selected: nothing is kept of one before it is known to be, and the
 * labels of one that is expected are not even gone through.
 */
function readSeries(wire: Wire, chooser: SeriesChooser, found: WrittenSeries[]): number {
  const { bytes, position: start, end } = wire;
  const expected = start + chooser.expectedLength(bytes, start, end);
  wire.position = expected;
  let labelsStart = expected > start ? start : -1;
  let labelsEnd = expected;
  let together = true;
  let samples = 0;
  while (!wire.done) {
    const at = wire.position;
    const tag = wire.varint();
    if (tag === (1 << 3) + lengthDelimited) {
      wire.position = wire.fieldEnd();
      if (labelsStart < 0) labelsStart = at;
      else together &&= at === labelsEnd;
      labelsEnd = wire.position;
    } else if (tag === (2 << 3) + lengthDelimited) {
      wire.position = wire.fieldEnd();
      samples += 1;
    } else wire.skip(tag & 7);
  }
  const fields = (number: number) => spansOf(new Wire(bytes, start, end), number);
  const decode = () => readLabels(bytes, fields(1));
  const chosen = choose();
  if (chosen !== null) found.push({ ...chosen, samples: readSamples(bytes, fields(2)) });
  return samples;

  /** Labels stand together, as every sender writes them; others are taken too. */
  function choose(): ChosenSeries | null {
    if (!together) return chooser.chooseOnce(decode);
    if (expected > start && labelsEnd === expected) return chooser.chooseExpected();
    return chooser.choose(bytes, Math.max(labelsStart, 0), Math.max(labelsEnd, 0), decode);
  }
}

/** Begin and end of each field of that number. */
function spansOf(wire: Wire, number: number): number[] {
  const spans: number[] = [];
  while (!wire.done) {
    const tag = wire.varint();
    if (tag === (number << 3) + lengthDelimited) {
      const end = wire.fieldEnd();
      spans.push(wire.position, end);
      wire.position = end;
    } else wire.skip(tag & 7);
  }
  return spans;
}

function readLabels(bytes: Buffer, spans: readonly number[]): [string, string][] {
  const labels: [string, string][] = [];
  for (let span = 0; span < spans.length; span += 2) {
    const wire = new Wire(bytes, spans[span], spans[span + 1]);
    let name = '';
    let value = '';
    while (!wire.done) {
      const tag = wire.varint();
      if (tag === (1 << 3) + lengthDelimited) name = wire.text(wire.fieldEnd());
      else if (tag === (2 << 3) + lengthDelimited) value = wire.text(wire.fieldEnd());
      else wire.skip(tag & 7);
    }
    labels.push([name, value]);
  }
  return labels;
}

/** Spans of `Sample` messages, which are alike in both versions. */
export function readSamples(bytes: Buffer, spans: readonly number[]): WrittenSample[] {
  const samples: WrittenSample[] = [];
  for (let span = 0; span < spans.length; span += 2) {
    const wire = new Wire(bytes, spans[span], spans[span + 1]);
    let at = 0;
    let value = 0;
    let stale = false;
    while (!wire.done) {
      const tag = wire.varint();
      if (tag === (1 << 3) + 1) {
        value = wire.double();
        stale = isStaleMarker(bytes, wire.position - 8);
      } else if (tag === 2 << 3) at = wire.int64();
      else wire.skip(tag & 7);
    }
    samples.push({ at, value, stale });
  }
  return samples;
}

/** Prometheus' one NaN that means: this series has ended (0x7ff0000000000002). */
function isStaleMarker(bytes: Buffer, position: number): boolean {
  return bytes.readUInt32LE(position) === 2 && bytes.readUInt32LE(position + 4) === 0x7ff00000;
}
