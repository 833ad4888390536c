import { csvCell, csvNumber, parseDecimal } from './csv-cell.ts';
import { GrowingColumn } from './growing-column.ts';
import { type CsvRecord, nameColumns, type Parsed, problem, shorten } from './parsed.ts';
import { headerNames, isBlank, readInstant } from './record.ts';
import { inOrder, timeOrder } from './time-order.ts';
import { epochSeconds } from './timestamp.ts';

/** Raw values of the selected series on one clock. */
export interface XSelected {
  /** Epoch ms, ascending, each instant once. */
  readonly at: Float64Array;
  /** One a series; NaN where a value is missing. */
  readonly columns: readonly { readonly series: string; readonly values: Float64Array }[];
}

export interface XSelectedOptions {
  readonly maxRows?: number;
}

/** Reads `timestamp,<hash1>,…`; an empty cell is a missing value. Orders rows as `parseYFile` does. */
export async function parseXSelected(
  records: AsyncIterable<CsvRecord>,
  { maxRows = 2_000_000 }: XSelectedOptions = {},
): Promise<Parsed<XSelected>> {
  const at = new GrowingColumn();
  let names: readonly string[] | undefined;
  let columns: GrowingColumn[] = [];
  for await (const record of records) {
    if (names === undefined) {
      const header = readHeader(record);
      if (!header.ok) return header;
      names = header.value;
      columns = names.slice(1).map(() => new GrowingColumn());
      continue;
    }
    if (isBlank(record)) continue;
    const instant = readInstant(record.line, record.cells[0], names[0] ?? '');
    if (!instant.ok) return instant;
    const cells = readCells(record, names);
    if (!cells.ok) return cells;
    at.push(instant.value);
    for (const [index, column] of columns.entries()) column.push(cells.value[index] ?? Number.NaN);
    if (at.count > maxRows) {
      return problem('too-many-rows', `the file has more than ${maxRows} rows; send a shorter one`);
    }
  }
  if (names === undefined) return problem('file-empty', 'the file is empty');
  if (at.count === 0) return problem('file-header-only', 'the file has a header but no rows');
  return { ok: true, value: ordered(names, at.view(), columns) };
}

/** Lines of an x_selected file, header first. */
export function* writeXSelected({ at, columns }: XSelected): Generator<string> {
  yield `${['timestamp', ...columns.map(({ series }) => csvCell(series))].join(',')}\n`;
  for (let row = 0; row < at.length; row += 1) {
    const cells = columns.map(({ values }) => csvNumber(values[row] ?? Number.NaN));
    yield `${[epochSeconds(at[row] ?? 0), ...cells].join(',')}\n`;
  }
}

const hash = /^[0-9a-f]{40}$/;

function readHeader(header: CsvRecord): Parsed<readonly string[]> {
  const names = headerNames(header);
  const seen = new Set<string>();
  if (names.length < 2) {
    const message = `the file has no column of a series; it has ${nameColumns(names)}`;
    return problem(names[0] === '' ? 'file-empty' : 'column-unknown', message);
  }
  for (const column of names.slice(1)) {
    const where = { line: header.line, column };
    if (!hash.test(column)) {
      const message = `column \`${shorten(column)}\` is not the SHA-1 of a series' labels`;
      return problem('column-not-a-series', message, where);
    }
    if (seen.has(column)) {
      return problem('column-duplicate', `column \`${column}\` is there more than once`, where);
    }
    seen.add(column);
  }
  return { ok: true, value: names };
}

function readCells({ line, cells }: CsvRecord, names: readonly string[]): Parsed<Float64Array> {
  const values = new Float64Array(names.length - 1);
  for (let index = 1; index < names.length; index += 1) {
    const text = cells[index];
    const column = names[index] ?? '';
    if (text === undefined) {
      return problem('cell-missing', `line ${line} has no \`${column}\``, { line, column });
    }
    const value = isMissing(text) ? Number.NaN : parseDecimal(text);
    if (value === undefined) {
      const message = `line ${line}: \`${shorten(text)}\` in column \`${column}\` is not a number`;
      return problem('cell-not-numeric', message, { line, column, value: shorten(text) });
    }
    values[index - 1] = value;
  }
  return { ok: true, value: values };
}

/** Python writes a missing number as nothing or as `nan`. */
function isMissing(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === '' || trimmed.toLowerCase() === 'nan';
}

function ordered(
  names: readonly string[],
  at: Float64Array,
  columns: readonly GrowingColumn[],
): XSelected {
  const order = timeOrder(at);
  return {
    at: inOrder(at, order),
    columns: columns.map((column, index) => ({
      series: names[index + 1] ?? '',
      values: inOrder(column.view(), order),
    })),
  };
}
