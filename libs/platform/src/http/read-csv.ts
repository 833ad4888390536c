import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { AppError } from '../app-error.ts';

export interface CsvRecord {
  /** Of the record's first character, from 1: what an editor shows. */
  readonly line: number;
  readonly cells: string[];
}

export interface ReadCsvOptions {
  /** Default 1 MiB. */
  readonly maxRecordBytes?: number;
  /** Records after the header; default: no bound but the upload's. */
  readonly maxRows?: number;
}

/** Records of a csv as they stream, the header first. AppError 400 `csv-malformed` names the line. */
export async function* readCsv(
  stream: Readable,
  options: ReadCsvOptions = {},
): AsyncGenerator<CsvRecord> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    // Named, because the parser would otherwise go by the first line, and files of two editors mix them.
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: options.maxRecordBytes ?? 2 ** 20,
  });
  // An error of the source destroys the parser, whose iterator throws it: nothing is lost here.
  pipeline(stream, parser, () => undefined);
  const maxRecords = 1 + (options.maxRows ?? Number.POSITIVE_INFINITY);
  let records = 0;
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRecord>) {
      records += 1;
      if (records > maxRecords) throw malformed(line, `more than ${options.maxRows} rows`);
      yield { line, cells: record };
      line = info.lines + 1;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw malformed(Number(error.lines ?? line), error.message, error);
  }
}

interface ParsedRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

function malformed(line: number, what: string, cause?: unknown): AppError {
  return new AppError(`line ${line}: ${what}`, { status: 400, code: 'csv-malformed', cause });
}
