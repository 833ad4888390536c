import { type CsvRecord, type Parsed, problem, shorten } from './parsed.ts';
import { parseTimestamp } from './timestamp.ts';

/** Names of the columns; a byte order mark in front of the first is no part of its name. */
export function headerNames(header: CsvRecord): string[] {
  return header.cells.map((cell, index) =>
    (index === 0 ? cell.replace(/^\uFEFF/, '') : cell).trim(),
  );
}

export function isBlank({ cells }: CsvRecord): boolean {
  return cells.length === 0 || (cells.length === 1 && cells[0]?.trim() === '');
}

/** The instant in a cell, epoch ms. */
export function readInstant(
  line: number,
  text: string | undefined,
  column: string,
): Parsed<number> {
  const at = text === undefined ? undefined : parseTimestamp(text);
  if (at !== undefined) return { ok: true, value: at };
  const message = `line ${line}: \`${shorten(text ?? '')}\` in column \`${shorten(column)}\` is not a timestamp; send epoch seconds, epoch milliseconds or RFC 3339`;
  return problem('timestamp-unreadable', message, { line, column, value: shorten(text ?? '') });
}
