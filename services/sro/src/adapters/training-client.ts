import { Model } from '@slicecast/contracts';
import { AppError, type HttpClient, tenantHeader } from '@slicecast/platform';
import { Value } from 'typebox/value';
import type { Training } from '../ports.ts';
import { jobIdOf, readJob } from './extraction-client.ts';

/** forecasting over HTTP. */
export function createTraining(forecasting: HttpClient): Training {
  const tenant = (tenantId: string) => ({ [tenantHeader]: tenantId });
  return {
    async begin({ id, tenantId, sliceId, flavorId }, { horizonSeconds, sla }, profile, signal) {
      const { headers } = await forecasting.request({
        method: 'POST',
        url: '/api/v1/models',
        json: { tenantId, sliceId, flavorId, horizonSeconds, sla, profile },
        headers: { ...tenant(tenantId), 'idempotency-key': id },
        signal,
      });
      return jobIdOf(headers.location);
    },
    async follow(tenantId, trainingJob, signal) {
      const url = `/api/v1/jobs/${trainingJob}`;
      const headers = tenant(tenantId);
      return readJob((await forecasting.request({ method: 'GET', url, headers, signal })).body);
    },
    async model(tenantId, modelId, signal) {
      const url = `/api/v1/models/${modelId}`;
      const headers = tenant(tenantId);
      const { body } = await forecasting.request({ method: 'GET', url, headers, signal });
      if (Value.Check(Model, body)) return body;
      throw new AppError('the answer is no model', { status: 502, code: 'upstream-malformed' });
    },
    async cancel(tenantId, trainingJob) {
      const url = `/api/v1/jobs/${trainingJob}`;
      await forecasting.request({ method: 'DELETE', url, headers: tenant(tenantId) });
    },
  };
}
