import type { Labels } from '@slicecast/contracts';
import { AppError, type HttpClient } from '@slicecast/platform';
import type { Answer, Prometheus, SampledSeries, TimeRange } from '../ports.ts';
import { readLabelSets, readNames, readSeriesList } from './prometheus-answer.ts';

/** Longer questions go as a form, because proxies cut long URLs. */
const longestUrl = 2000;

/** Prometheus' HTTP API v1, as Prometheus, Mimir and Thanos speak it. */
export function createPrometheus(http: HttpClient, sourceName: string): Prometheus {
  async function ask(path: string, parameters: Parameters, signal: AbortSignal) {
    const text = await send(http, path, parameters, signal);
    return readEnvelope(text, sourceName);
  }
  return {
    async names(selector, range, signal): Promise<Answer<string[]>> {
      // This endpoint takes no form; a confinement is short enough for a URL.
      const parameters = { 'match[]': selector, ...bounds(range) };
      const path = `api/v1/label/__name__/values?${new URLSearchParams(parameters)}`;
      const { body } = await http.request<string>({
        method: 'GET',
        url: path,
        responseType: 'text',
        signal,
      });
      const { data, warnings } = readEnvelope(body, sourceName);
      return { data: readNames(data, sourceName), warnings };
    },
    async series(selector, range, signal): Promise<Answer<Labels[]>> {
      const parameters = { 'match[]': selector, ...bounds(range) };
      const { data, warnings } = await ask('api/v1/series', parameters, signal);
      return { data: readLabelSets(data, sourceName), warnings };
    },
    async range(expression, range, signal): Promise<Answer<SampledSeries[]>> {
      const step = String(range.stepMs / 1000);
      const parameters = { query: expression, step, ...bounds(range) };
      const { data, warnings } = await ask('api/v1/query_range', parameters, signal);
      return { data: readSeriesList(data, sourceName), warnings };
    },
    async at(expression, atMs, signal): Promise<Answer<SampledSeries[]>> {
      const parameters = { query: expression, time: seconds(atMs) };
      const { data, warnings } = await ask('api/v1/query', parameters, signal);
      return { data: readSeriesList(data, sourceName), warnings };
    },
  };
}

type Parameters = Readonly<Record<string, string>>;

async function send(
  http: HttpClient,
  path: string,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<string> {
  const encoded = new URLSearchParams(parameters);
  const query = encoded.toString();
  const request =
    query.length > longestUrl
      ? ({ method: 'POST', url: path, urlencoded: encoded } as const)
      : ({ method: 'GET', url: `${path}?${query}` } as const);
  const { body } = await http.request<string>({ ...request, responseType: 'text', signal });
  return body;
}

/** `{ status, data, warnings }`; an error status becomes an AppError with the source's own words. */
function readEnvelope(text: string, sourceName: string): { data: unknown; warnings: string[] } {
  const answer = parseAnswer(text, sourceName);
  if (answer.status === 'success') {
    const warnings = Array.isArray(answer.warnings) ? answer.warnings.map(String) : [];
    return { data: answer.data, warnings };
  }
  const words = typeof answer.error === 'string' ? answer.error : 'no reason given';
  const kind = typeof answer.errorType === 'string' ? answer.errorType : 'error';
  throw new AppError(`Prometheus answered ${kind}: ${words.slice(0, 500)}`, {
    status: 502,
    code: 'prometheus-error',
    retriable: ['timeout', 'unavailable', 'internal', 'canceled'].includes(kind),
  });
}

function parseAnswer(text: string, sourceName: string): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return { ...answer };
  } catch (cause) {
    throw cutOff(sourceName, cause);
  }
  throw cutOff(sourceName, undefined);
}

/** A proxy that gives up in the middle, mostly: the next answer may be whole. */
function cutOff(sourceName: string, cause: unknown): AppError {
  return new AppError(`source ${sourceName} answered JSON that is cut off or malformed`, {
    status: 502,
    code: 'prometheus-malformed',
    retriable: true,
    cause,
  });
}

function bounds(range: TimeRange): { start: string; end: string } {
  return { start: seconds(range.startMs), end: seconds(range.endMs) };
}

function seconds(atMs: number): string {
  return String(atMs / 1000);
}
