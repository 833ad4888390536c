import type { Readable } from 'node:stream';
import { parseYFile, type YSeries } from '@slicecast/contracts';
import { AppError, readCsv } from '@slicecast/platform';

/** AppError 400 naming the part and what is wrong with the file in it. */
export function badFile(
  part: string,
  problem: { readonly code: string; readonly message: string; readonly value?: unknown },
): AppError {
  const value = problem.value === undefined ? {} : { value: problem.value };
  return new AppError(`${part}: ${problem.message}`, {
    status: 400,
    code: problem.code,
    errors: [{ field: part, message: problem.message, ...value }],
  });
}

/** Refuses a file by its name: MLO-V2 takes `.csv` alone. The stream is left to be drained. */
export function requireCsvName(part: string, filename: string): void {
  if (/\.csv$/i.test(filename)) return;
  const message = `is called ${JSON.stringify(filename.slice(-60))}; its name must end in .csv`;
  throw badFile(part, { code: 'file-ending', message });
}

export interface YColumnNames {
  readonly timestampLabel?: string | undefined;
  readonly kpiName: string;
}

/** Reads a Y file as it comes in. */
export async function readY(part: string, stream: Readable, names: YColumnNames): Promise<YSeries> {
  const parsed = await parseYFile(readCsv(stream), names);
  if (parsed.ok) return parsed.value;
  throw badFile(part, parsed.problem);
}
