import type { Job } from '@slicecast/contracts';
import { vi } from 'vitest';
import { yFile } from './traces.ts';

/** An answer over HTTP with its body as text and, where it is JSON, parsed. */
export interface Called {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export async function call(url: string, init?: RequestInit): Promise<Called> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: isJson ? JSON.parse(text) : {},
  };
}

export interface YMetricsForm {
  /** Text of the Y file; null leaves it out. */
  readonly file?: string | null;
  readonly filename?: string;
  readonly fields?: Readonly<Record<string, string | null>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `POST /ymetrics/:sliceId` with a good form, but for what is said otherwise. */
export function postYMetrics(
  base: string,
  callbackUrl: string,
  form: YMetricsForm = {},
  sliceId: number | string = 1,
): Promise<Called> {
  const body = new FormData();
  const file = form.file === undefined ? yFile() : form.file;
  if (file !== null) body.append('YFile', new Blob([file]), form.filename ?? 'y_metrics.csv');
  const fields = {
    callbackURL: callbackUrl,
    K: '2',
    sliceFlavor: '1',
    YField: 'R_99',
    ...form.fields,
  };
  for (const [name, value] of Object.entries(fields)) if (value !== null) body.append(name, value);
  const { headers = {} } = form;
  return call(`${base}/ymetrics/${sliceId}`, { method: 'POST', body, headers });
}

export async function getJob(base: string, location: string | null): Promise<Job> {
  const { json } = await call(`${base}${location ?? ''}`);
  return json as unknown as Job;
}

/** The job as soon as it is as wanted. */
export function jobWhen(
  base: string,
  location: string | null,
  wanted: (job: Job) => boolean,
): Promise<Job> {
  return vi.waitFor(
    async () => {
      const job = await getJob(base, location);
      if (!wanted(job)) throw new Error(`the job is ${JSON.stringify(job)}`);
      return job;
    },
    { timeout: 10_000, interval: 20 },
  );
}
