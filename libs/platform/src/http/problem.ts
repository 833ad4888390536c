import { STATUS_CODES } from 'node:http';
import { AppError, type FieldError } from '../app-error.ts';

/** `application/problem+json` (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly instance?: string;
  readonly errors?: readonly FieldError[];
}

export function problemOf(error: AppError, requestId: string): ProblemBody {
  return {
    type: `urn:slicecast:problem:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    instance: `urn:slicecast:request:${requestId}`,
    ...(error.errors.length > 0 ? { errors: error.errors } : {}),
  };
}

/** What a caller must not see stays in the log, found again by the request's id. */
export function unexpected(cause: unknown): AppError {
  return new AppError('Something unexpected went wrong; the log has it under this request id.', {
    status: 500,
    code: 'internal-error',
    retriable: true,
    cause,
  });
}
