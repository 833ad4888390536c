import { AppError } from '@slicecast/platform';

/** What the work is refused with; an error of the test when it is not refused, or with something else. */
export async function errorOf(work: Promise<void>): Promise<AppError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`not an AppError: ${error}`);
  return error;
}
