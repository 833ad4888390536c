import { Job } from '@slicecast/contracts';
import { AppError, type HttpClient, tenantHeader } from '@slicecast/platform';
import { Value } from 'typebox/value';
import type { Extraction, ProfileJob } from '../ports.ts';

/** IMA over HTTP, by MLO-V2's `/ymetrics` where there is a Y file. `sroUrl`: where its callback comes to. */
export function createExtraction(ima: HttpClient, sroUrl: string): Extraction {
  const tenant = (tenantId: string) => ({ [tenantHeader]: tenantId });
  const begin = async (
    job: ProfileJob,
    url: string,
    body: { form: FormData } | { json: unknown },
    signal: AbortSignal,
  ) => {
    const headers = { ...tenant(job.tenantId), 'idempotency-key': job.id };
    const { headers: answered } = await ima.request({
      method: 'POST',
      url,
      headers,
      signal,
      ...body,
    });
    return jobIdOf(answered.location);
  };
  return {
    async begin(job, y, signal) {
      const { sliceId, flavorId, origin, id } = job;
      const callback = `${sroUrl}/slice/${sliceId}/flavor/${flavorId}/profilling_metrics?job=${id}`;
      if (origin.kind === 'range') {
        const { startMs: start, endMs: end, k } = origin;
        const json = { kpiQuery: y.kpiQuery, start, end, k, callbackUrl: callback, flavorId };
        return begin(job, `/api/v1/slices/${sliceId}/extractions`, { json }, signal);
      }
      const form = new FormData();
      form.append('callbackURL', callback);
      form.append('K', String(origin.kind === 'y-file' ? origin.k : 'auto'));
      form.append('sliceFlavor', String(flavorId));
      form.append('YField', job.kpiName);
      form.append('YFile', new Blob([y.csv ?? ''], { type: 'text/csv' }), 'y_metrics.csv');
      return begin(job, `/ymetrics/${sliceId}`, { form }, signal);
    },
    async follow(tenantId, imaJob, signal) {
      const url = `/api/v1/jobs/${imaJob}`;
      const headers = tenant(tenantId);
      return readJob((await ima.request({ method: 'GET', url, headers, signal })).body);
    },
    async cancel(tenantId, imaJob) {
      await ima.request({
        method: 'DELETE',
        url: `/api/v1/jobs/${imaJob}`,
        headers: tenant(tenantId),
      });
    },
  };
}

/** The last part of a Location, which names the job. */
export function jobIdOf(location: unknown): string {
  const id = typeof location === 'string' ? location.split('/').at(-1) : undefined;
  if (id !== undefined && id !== '') return id;
  throw new AppError('the answer names no job in its Location', {
    status: 502,
    code: 'upstream-malformed',
  });
}

export function readJob(body: unknown): Job {
  if (Value.Check(Job, body)) return body;
  throw new AppError('the answer is no job', { status: 502, code: 'upstream-malformed' });
}
