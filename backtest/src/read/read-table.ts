import { GrowingColumn, headerNames, isBlank, nameColumns } from '@slicecast/contracts';
import { AppError, type CsvRecord, readCsv } from '@slicecast/platform';
import { refuse } from '../refuse.ts';
import { openFile } from './open-file.ts';
import { readCell, readTime } from './read-cell.ts';

/** A CSV file of numbers by time. */
export interface Table {
  /** Epoch ms, strictly ascending. */
  readonly at: Float64Array;
  /** The same instants as they stand in the file. */
  readonly times: readonly string[];
  /** NaN where a cell is empty. */
  readonly columns: readonly { readonly name: string; readonly values: Float64Array }[];
}

export interface TableFile {
  /** Names the file in messages: `--x metrics.csv`. */
  readonly field: string;
  readonly path: string;
  /** Default: the column `timestamp` if there is one, else the first column. */
  readonly timestamp?: string | undefined;
  /** Which of the other columns are read; the rest may hold anything. */
  wanted(name: string): boolean;
  /** The one column that must be there. */
  readonly needed?: string;
}

/** Reads a table as it streams, in memory of 8 bytes a cell. AppError names file, line, column and remedy. */
export async function readTable(file: TableFile): Promise<Table> {
  const at = new GrowingColumn();
  const times: string[] = [];
  let layout: Layout | undefined;
  for await (const record of recordsOf(file)) {
    if (isBlank(record)) continue;
    if (layout === undefined) {
      layout = layoutOf(record, file);
      continue;
    }
    if (record.cells.length !== layout.width) throw raggedRow(file, record, layout.width);
    const text = record.cells[layout.timestamp.index] ?? '';
    const instant = readTime(file.field, record.line, layout.timestamp.name, text);
    if (instant <= (at.view().at(-1) ?? -1)) throw notAscending(file, record.line, times, text);
    at.push(instant);
    times.push(text);
    for (const { name, index, values } of layout.columns) {
      values.push(readCell(file.field, record.line, name, record.cells[index] ?? ''));
    }
  }
  if (layout === undefined) throw refuse(file.field, 'is empty', 'give a header and rows');
  if (times.length === 0) throw refuse(file.field, 'has a header but no rows', 'give rows');
  if (times.length === 1) throw refuse(file.field, 'has one row', 'give a recording of hundreds');
  const columns = layout.columns.map(({ name, values }) => ({ name, values: values.view() }));
  return { at: at.view(), times, columns };
}

async function* recordsOf({ field, path }: TableFile): AsyncGenerator<CsvRecord> {
  const stream = await openFile(field, path);
  try {
    yield* readCsv(stream);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'csv-malformed') throw error;
    throw refuse(field, error.message, 'write it as a CSV file, quoted as RFC 4180 says', error);
  } finally {
    stream.destroy();
  }
}

interface Layout {
  readonly width: number;
  readonly timestamp: { readonly name: string; readonly index: number };
  readonly columns: readonly {
    readonly name: string;
    readonly index: number;
    readonly values: GrowingColumn;
  }[];
}

function layoutOf(header: CsvRecord, file: TableFile): Layout {
  const names = headerNames(header);
  const assumed = names.includes('timestamp') ? 'timestamp' : (names[0] ?? '');
  const timestamp = file.timestamp ?? assumed;
  demandColumn(file, names, timestamp, '--timestamp');
  if (file.needed !== undefined) demandColumn(file, names, file.needed, '--kpi');
  const columns = names.flatMap((name, index) =>
    name === timestamp || !file.wanted(name) ? [] : [{ name, index, values: new GrowingColumn() }],
  );
  if (columns.length === 0) {
    const fault = `has no column beside ${nameColumns([timestamp])}`;
    throw refuse(file.field, fault, 'give one column for each metric');
  }
  for (const { name } of columns) demandColumn(file, names, name, '--x');
  return {
    width: names.length,
    timestamp: { name: timestamp, index: names.indexOf(timestamp) },
    columns,
  };
}

function demandColumn(
  { field }: TableFile,
  names: readonly string[],
  name: string,
  option: string,
): void {
  const times = names.filter((each) => each === name).length;
  if (times === 1) return;
  if (times === 0) {
    const fault = `has no column ${nameColumns([name])}`;
    throw refuse(field, fault, `name one of its own with ${option}: ${nameColumns(names)}`);
  }
  const fault = `has column ${nameColumns([name])} ${times} times`;
  throw refuse(field, fault, 'give every column a name of its own');
}

function raggedRow({ field }: TableFile, { line, cells }: CsvRecord, width: number): AppError {
  const fault = `line ${line} has ${cells.length} cells and the header ${width}`;
  return refuse(field, fault, 'give every row as many cells as the header');
}

function notAscending(
  { field }: TableFile,
  line: number,
  times: readonly string[],
  text: string,
): AppError {
  const before = times.at(-1) ?? '';
  return before.trim() === text.trim()
    ? refuse(field, `line ${line} has the time ${text} a second time`, 'keep one row for each time')
    : refuse(
        field,
        `line ${line}: ${text} comes after ${before}`,
        'sort the rows by time, once each',
      );
}
