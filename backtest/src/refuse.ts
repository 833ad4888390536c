import { AppError } from '@slicecast/platform';

/** Input that cannot be used, in one line: the field, what is wrong with its value, and what to do about it. */
export function refuse(field: string, fault: string, remedy: string, cause?: unknown): AppError {
  return new AppError(`${field}: ${fault}; ${remedy}`, {
    status: 400,
    code: 'input-unusable',
    errors: [{ field, message: `${fault}; ${remedy}` }],
    cause,
  });
}
