import { Compile } from 'typebox/compile';
import { SampleMessage } from './mlo-v2.ts';
import { createSampleByteReader } from './read-sample-bytes.ts';

/** About 1 kB each; beyond that it begins anew. */
const mostBeginnings = 20_000;
const lastFields = '"timestamp":"';
/** What a message ends with: no character in it that JSON would escape. */
const ending = /"timestamp":"([\w:.+-]+)","value":"([\w.+-]+)"\}$/y;
const validator = Compile(SampleMessage);

/** Both for a topic's own `read` and `readBytes`. */
export interface SampleReader {
  read: (json: string) => SampleMessage | undefined;
  /** The same from its bytes in UTF-8. */
  readBytes: (bytes: Buffer, start: number, end: number) => SampleMessage | undefined;
}

/**
 * Reads samples as JSON text, where all up to the time is the same text each time: it is parsed once a series, and
 * later messages share its labels, the same object. A text of any other form is parsed as a whole. Undefined for
 * what is no sample: a reader never says why.
 */
export function createSampleReader(): SampleReader {
  /** A sample by what its text begins with: the same series, and all else that may stand there. */
  const beginnings = new Map<string, SampleMessage>();

  function learn(json: string, text: string | undefined): SampleMessage | undefined {
    const sample = parsed(json);
    if (sample === undefined || text === undefined) return sample;
    if (beginnings.size >= mostBeginnings) beginnings.clear();
    beginnings.set(text, sample);
    return sample;
  }

  function read(json: string): SampleMessage | undefined {
    const end = json.lastIndexOf(lastFields);
    ending.lastIndex = Math.max(0, end);
    const [, timestamp, value] = ending.exec(json) ?? [];
    if (timestamp === undefined || value === undefined) return learn(json, undefined);
    const text = json.slice(0, end);
    const known = beginnings.get(text);
    return known === undefined ? learn(json, text) : { ...known, timestamp, value };
  }

  return { read, readBytes: createSampleByteReader(mostBeginnings, parsed) };
}

function parsed(json: string): SampleMessage | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return validator.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
