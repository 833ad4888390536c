import type { Labels } from '../feature.ts';
import type { SampleMessage } from './mlo-v2.ts';

/**
 * Writes samples as JSON text, where all up to the time is the same text each time: it is made once for each object of
 * labels, which must stay as it is.
 */
export function createSampleWriter(): (sample: SampleMessage) => string {
  const beginnings = new WeakMap<Labels, { readonly name: string; readonly text: string }>();

  function beginningOf({ labels, name }: SampleMessage): string {
    const known = beginnings.get(labels);
    if (known?.name === name) return known.text;
    const text = `${JSON.stringify({ labels, name }).slice(0, -1)},"timestamp":`;
    beginnings.set(labels, { name, text });
    return text;
  }

  return (sample) => {
    const { timestamp, value, stale } = sample;
    const end = stale === true ? ',"stale":true}' : '}';
    return `${beginningOf(sample)}${JSON.stringify(timestamp)},"value":${JSON.stringify(value)}${end}`;
  };
}
