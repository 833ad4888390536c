import { Readable } from 'node:stream';
import { SelectionReport } from '@slicecast/contracts';
import { AppError, type HttpClient } from '@slicecast/platform';
import { Value } from 'typebox/value';
import type { FeatureSelection } from '../ports.ts';

/** feature-selection's `POST /api/v1/selections`; the series stream through as they are kept. */
export function createFeatureSelection(http: HttpClient): FeatureSelection {
  return {
    async select(stream, query, signal) {
      const { body } = await http.request({
        method: 'POST',
        url: '/api/v1/selections',
        query: { ...query },
        body: Readable.from(stream, { objectMode: false }),
        headers: { 'content-type': 'application/vnd.apache.arrow.stream' },
        signal,
      });
      if (Value.Check(SelectionReport, body)) return body;
      throw new AppError('feature-selection answered with something that is no report', {
        status: 502,
        code: 'selection-malformed',
      });
    },
  };
}
