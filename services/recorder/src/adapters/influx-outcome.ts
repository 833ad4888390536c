import { HttpError, RequestTimedOutError } from '@influxdata/influxdb-client';
import type { WriteOutcome } from '../ports.ts';

/** InfluxDB quotes a refused line in full. */
const longestDetail = 500;

/** What a failed write means: refused for good, or to come again. */
export function outcomeOf(error: unknown): Exclude<WriteOutcome, { status: 'written' }> {
  if (!(error instanceof HttpError)) {
    const detail = error instanceof RequestTimedOutError ? 'no answer in time' : messageOf(error);
    return { status: 'unavailable', detail: `InfluxDB cannot be reached: ${detail}` };
  }
  const words = wordsOf(error);
  const detail = `InfluxDB answered ${error.statusCode}: ${words}`.slice(0, longestDetail);
  if (error.statusCode === 413) return { status: 'refused', reason: 'too-large', detail };
  if (error.statusCode === 400 || error.statusCode === 422) {
    const reason = /retention policy/.test(words) ? 'beyond-retention' : 'refused';
    return { status: 'refused', reason, detail, lines: droppedLines(words) };
  }
  return { status: 'unavailable', detail, retryAfterMs: retryAfterMs(error.headers) };
}

/** A partial write tells at its end how many lines are not in: `dropped=3`. */
function droppedLines(words: string): number | undefined {
  const found = /^partial write: .* dropped=(\d+)$/s.exec(words.trim());
  return found === null ? undefined : Number(found[1]);
}

/** 1.8 says it in `error`, 2 in `message`. */
function wordsOf(error: HttpError): string {
  const said: unknown = error.json?.error ?? error.json?.message;
  return typeof said === 'string' ? said : error.message;
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function retryAfterMs(headers: HttpError['headers']): number | undefined {
  const text = [headers?.['retry-after']].flat()[0]?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
