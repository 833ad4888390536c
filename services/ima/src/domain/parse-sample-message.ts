import type { Labels, SampleMessage } from '@slicecast/contracts';

export interface PushedSample {
  readonly labels: Labels;
  /** Epoch ms. */
  readonly at: number;
  /** NaN and ±Infinity are possible. */
  readonly value: number;
  /** The series has ended; the value is NaN. */
  readonly stale: boolean;
}

/** Reads a message of `selected-metrics-5`; undefined when its time or value is none. */
export function parseSampleMessage(message: SampleMessage): PushedSample | undefined {
  const at = Date.parse(message.timestamp);
  const value = numberOf(message.value);
  if (Number.isNaN(at) || value === undefined) return undefined;
  return { labels: message.labels, at, value, stale: message.stale === true };
}

const named: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  '+Inf': Number.POSITIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
};

function numberOf(text: string): number | undefined {
  if (text in named) return named[text];
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? undefined : value;
}
