import { AppError } from '@slicecast/platform';
import type { ExtractionStore } from '../adapters/extraction-store.ts';
import type { ExtractionJob, ExtractionRequest } from '../domain/extraction-job.ts';

export interface SelectAgain {
  readonly tenantId: string;
  readonly sliceId: number;
  readonly flavorId: number;
  readonly idempotencyKey: string | undefined;
  readonly currentTimestamp: number;
  /** When given, the KPI that the extraction must be of. */
  readonly yField: string | undefined;
}

/** A job that selects again on an earlier extraction: 404 unknown, 409 still in the making, 410 gone. */
export async function beginAgain(
  extractions: ExtractionStore,
  again: SelectAgain,
  request: ExtractionRequest,
  now: number,
): Promise<ExtractionJob> {
  const { sliceId, currentTimestamp, tenantId, yField } = again;
  const found = await extractions.get(sliceId, currentTimestamp);
  const name = `extraction ${currentTimestamp} of slice ${sliceId}`;
  if (found === undefined || found.tenantId !== tenantId) {
    throw refusal(404, 'extraction-unknown', `${name} is not known`);
  }
  if (found.state === 'gone') {
    throw refusal(410, 'extraction-gone', `${name} is gone; send the YFile again`);
  }
  if (found.state === 'open') {
    throw refusal(409, 'extraction-open', `${name} is still in the making, or failed`);
  }
  if (yField !== undefined && yField !== found.kpiName) {
    const message = `${name} is of \`${found.kpiName}\`; send the YFile again for another column`;
    throw new AppError(message, {
      status: 400,
      code: 'field-invalid',
      errors: [{ field: 'YField', value: yField.slice(0, 200), message }],
    });
  }
  return extractions.beginAgain({ ...again, request }, now);
}

function refusal(status: number, code: string, message: string): AppError {
  return new AppError(message, {
    status,
    code,
    errors: [{ field: 'currentTimestamp', message }],
  });
}
