import { csvCell, csvNumber, parseDecimal } from './csv-cell.ts';
import { GrowingColumn } from './growing-column.ts';
import { type CsvRecord, nameColumns, type Parsed, problem, shorten } from './parsed.ts';
import { headerNames, isBlank, readInstant } from './record.ts';
import { inOrder, timeOrder } from './time-order.ts';
import { epochSeconds } from './timestamp.ts';
import { reportOn, type YReport } from './y-report.ts';

/** A KPI's measurements, ascending in time, each instant once. */
export interface YSeries {
  readonly kpiName: string;
  /** Epoch ms. */
  readonly at: Float64Array;
  /** Finite, in the KPI's unit. */
  readonly values: Float64Array;
  readonly report: YReport;
}

export interface YFileOptions {
  /** Default: the column `timestamp` if there is one, else the first column. */
  readonly timestampLabel?: string | undefined;
  /** Default: the second column. */
  readonly kpiName?: string | undefined;
  readonly minRows?: number;
  readonly maxRows?: number;
}

const defaults = { minRows: 2, maxRows: 2_000_000 };

/**
 * Reads a tenant's Y file: a header, then rows of an instant (epoch s, epoch ms or RFC 3339) and a
 * value. Of equal instants the last row stays; unsorted rows are sorted; both are counted.
 */
export async function parseYFile(
  records: AsyncIterable<CsvRecord>,
  options: YFileOptions = {},
): Promise<Parsed<YSeries>> {
  const { minRows, maxRows } = { ...defaults, ...options };
  const at = new GrowingColumn();
  const values = new GrowingColumn();
  let columns: YColumns | undefined;
  for await (const record of records) {
    if (columns === undefined) {
      const found = findColumns(record, options);
      if (!found.ok) return found;
      columns = found.value;
      continue;
    }
    if (isBlank(record)) continue;
    const row = readRow(record, columns);
    if (!row.ok) return row;
    at.push(row.value.at);
    values.push(row.value.value);
    if (at.count > maxRows) {
      return problem('too-many-rows', `the file has more than ${maxRows} rows; send a shorter one`);
    }
  }
  if (columns === undefined) {
    return problem('file-empty', 'the file is empty; send a csv file with a header and rows');
  }
  if (at.count === 0) return problem('file-header-only', 'the file has a header but no rows');
  const series = ordered(columns.kpiName, at.view(), values.view());
  if (series.report.rows >= minRows) return { ok: true, value: series };
  const message = `the file has ${series.report.rows} distinct instants; at least ${minRows} are needed`;
  return problem('too-few-rows', message);
}

/** Lines of a Y file, header first. */
export function* writeYFile(
  series: Pick<YSeries, 'kpiName' | 'at' | 'values'>,
  timestampLabel = 'timestamp',
): Generator<string> {
  yield `${csvCell(timestampLabel)},${csvCell(series.kpiName)}\n`;
  for (let row = 0; row < series.at.length; row += 1) {
    yield `${epochSeconds(series.at[row] ?? 0)},${csvNumber(series.values[row] ?? Number.NaN)}\n`;
  }
}

interface YColumns {
  readonly timestampLabel: string;
  readonly timestamp: number;
  readonly kpiName: string;
  readonly kpi: number;
}

function findColumns(header: CsvRecord, options: YFileOptions): Parsed<YColumns> {
  const names = headerNames(header);
  if (names.length === 1 && names[0] === '') {
    return problem('file-empty', 'the file is empty; send a csv file with a header and rows');
  }
  const assumed = names.includes('timestamp') ? 'timestamp' : (names[0] ?? '');
  const timestampLabel = options.timestampLabel ?? assumed;
  const kpiName = options.kpiName ?? names[1] ?? '';
  for (const column of [timestampLabel, kpiName]) {
    const times = names.filter((name) => name === column).length;
    if (times === 1) continue;
    const [code, fault] =
      times === 0
        ? (['column-unknown', 'is not in the file'] as const)
        : (['column-duplicate', 'is in the file more than once'] as const);
    const message = `column \`${shorten(column)}\` ${fault}; it has ${nameColumns(names)}`;
    return problem(code, message, { line: header.line, column });
  }
  const kpi = names.indexOf(kpiName);
  return {
    ok: true,
    value: { timestampLabel, timestamp: names.indexOf(timestampLabel), kpiName, kpi },
  };
}

function readRow(record: CsvRecord, columns: YColumns): Parsed<{ at: number; value: number }> {
  const { line, cells } = record;
  const instant = readInstant(line, cells[columns.timestamp], columns.timestampLabel);
  if (!instant.ok) return instant;
  const text = cells[columns.kpi];
  const where = { line, column: columns.kpiName };
  if (text === undefined) {
    return problem('cell-missing', `line ${line} has no \`${shorten(columns.kpiName)}\``, where);
  }
  const value = parseDecimal(text);
  if (value !== undefined) return { ok: true, value: { at: instant.value, value } };
  const message = `line ${line}: \`${shorten(text)}\` in column \`${shorten(columns.kpiName)}\` is not a number`;
  return problem('cell-not-numeric', message, { ...where, value: shorten(text) });
}

function ordered(kpiName: string, at: Float64Array, values: Float64Array): YSeries {
  const order = timeOrder(at);
  const instants = inOrder(at, order);
  return {
    kpiName,
    at: instants,
    values: inOrder(values, order),
    report: reportOn(instants, order),
  };
}
