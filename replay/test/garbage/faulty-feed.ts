import type { SliceInputRow, SliceState } from '@slicecast/contracts';
import { assembleRow } from '../../../services/ima/src/domain/assemble-row.ts';
import { SeriesBuffer } from '../../../services/ima/src/domain/series-buffer.ts';
import type { IdentifiedFeature } from '../../../services/ima/src/domain/union-features.ts';
import { kpiUnder, type Recording } from '../../src/recording/recording.ts';

export const faultKinds = [
  'frozen',
  'stuck',
  'empty',
  'not-a-number',
  'ended',
  'delayed',
  'wrong-clock',
  'swapped',
  'duplicated',
  'disordered',
] as const;

/** What is wrong with some of the series for a while, in ticks: from <= tick < to. */
export interface Fault {
  readonly kind: (typeof faultKinds)[number];
  readonly columns: readonly number[];
  readonly from: number;
  readonly to: number;
}

const keepMs = 60_000;
/** Later than any feature's greatest age. */
const delaySeconds = 5;
const wrongClockMs = 3_600_000;

interface Delivery {
  readonly column: number;
  readonly at: number;
  readonly value: number;
  /** The tick at which it comes in. */
  readonly arrives: number;
}

/** What Prometheus would hand over of a recording, with faults, made into rows by IMA's own code. */
export class FaultyFeed {
  readonly #recording: Recording;
  readonly #features: readonly IdentifiedFeature[];
  readonly #begin: number;
  readonly #faults: readonly Fault[];
  readonly #buffers: Map<string, SeriesBuffer>;
  #late: Delivery[] = [];
  /** By column: the fault that is at work, and since which tick. */
  readonly #active: ({ readonly fault: Fault; readonly since: number } | undefined)[];

  constructor(
    recording: Recording,
    features: readonly IdentifiedFeature[],
    begin: number,
    faults: readonly Fault[],
  ) {
    this.#recording = recording;
    this.#features = features;
    this.#begin = begin;
    this.#faults = faults;
    this.#buffers = new Map(
      features.map(({ feature }) => [feature.series, new SeriesBuffer(keepMs)]),
    );
    this.#active = features.map(() => undefined);
  }

  /** The row of a tick, ticks in their order; `kpi` false: none is observed. */
  row(tick: number, slice: SliceState, kpi: boolean): SliceInputRow {
    const index = this.#begin + tick;
    const at = this.#recording.at[index] ?? Number.NaN;
    const deliveries = this.#features.flatMap((_, column) =>
      this.#deliver(column, tick, at, slice),
    );
    const due = [...this.#late, ...deliveries];
    this.#late = due.filter(({ arrives }) => arrives > tick);
    for (const each of due) {
      if (each.arrives <= tick) this.#buffer(each.column).add(each.at, each.value, at);
    }
    const observed = kpiUnder(this.#recording, slice.flavorInForce, index);
    return assembleRow({
      slice,
      features: this.#features,
      samples: this.#buffers,
      at,
      ...(kpi ? { kpi: observed } : {}),
    });
  }

  /** How many columns cannot be of any use at a tick, whatever IMA makes of them: told from the faults alone. */
  deadColumns(tick: number): number {
    const { stepMs } = this.#recording;
    const dead = this.#features.filter(({ feature }, column) => {
      const active = this.#active[column];
      if (active === undefined) return false;
      const { kind } = active.fault;
      const forMs = (tick - active.since) * stepMs;
      if (atOnce.has(kind)) return true;
      if (kind === 'stuck') return forMs > 3 * (feature.longestUnchangedMs ?? forMs);
      // The last good sample is that of the tick before.
      return bySilence.has(kind) && forMs + stepMs > feature.maxAgeMs;
    });
    return dead.length;
  }

  #deliver(column: number, tick: number, at: number, slice: SliceState): Delivery[] {
    const fault = this.#faultOf(column, tick);
    const before = this.#active[column];
    const since = before !== undefined && before.fault === fault ? before.since : tick;
    this.#active[column] = fault === undefined ? undefined : { fault, since };
    const { kind, from } = fault ?? {};
    const cell = (of: number, at: number) =>
      this.#recording.tracks.get(slice.flavorInForce)?.columns[of]?.[at] ?? Number.NaN;
    const index = this.#begin + tick;
    const value = cell(column, index);
    const sample: Delivery = { column, at, value, arrives: tick };
    switch (kind) {
      case undefined:
      case 'disordered':
        // The second before comes with this one, and after it.
        return kind === undefined
          ? [sample]
          : [sample, { ...sample, at: at - 1, value: value - 1 }];
      case 'frozen':
        return [];
      case 'stuck':
        return [{ ...sample, value: cell(column, this.#begin + (from ?? tick)) }];
      case 'empty':
        this.#buffers.set(this.#seriesOf(column), new SeriesBuffer(keepMs));
        return [];
      case 'not-a-number':
        return [{ ...sample, value: Number.NaN }];
      case 'ended':
        this.#buffer(column).end(at, at);
        return [];
      case 'delayed':
        return [{ ...sample, arrives: tick + delaySeconds }];
      case 'wrong-clock':
        return [{ ...sample, at: at + wrongClockMs }];
      case 'swapped':
        return [{ ...sample, value: cell((column + 1) % this.#features.length, index) }];
      case 'duplicated':
        return [sample, { ...sample, value: 3 * value }, sample];
    }
  }

  #faultOf(column: number, tick: number): Fault | undefined {
    return this.#faults.find(
      ({ columns, from, to }) => columns.includes(column) && tick >= from && tick < to,
    );
  }

  #seriesOf(column: number): string {
    return this.#features[column]?.feature.series ?? '';
  }

  #buffer(column: number): SeriesBuffer {
    const buffer = this.#buffers.get(this.#seriesOf(column));
    if (buffer === undefined) throw new RangeError(`no column ${column}`);
    return buffer;
  }
}

const atOnce: ReadonlySet<Fault['kind']> = new Set(['empty', 'not-a-number', 'ended']);
const bySilence: ReadonlySet<Fault['kind']> = new Set(['frozen', 'delayed', 'wrong-clock']);
