import { nameColumns, parseDecimal, parseTimestamp, shorten } from '@slicecast/contracts';
import { refuse } from '../refuse.ts';

/** Epoch ms. AppError when the text is no instant. */
export function readTime(field: string, line: number, column: string, text: string): number {
  const at = parseTimestamp(text);
  if (at !== undefined) return at;
  const fault = `line ${line}: \`${shorten(text)}\` in column ${nameColumns([column])} is no time`;
  const remedy =
    'write epoch seconds, epoch milliseconds or RFC 3339 with its zone (2026-01-31T12:00:00Z), or name another column with --timestamp';
  throw refuse(field, fault, remedy);
}

/** NaN where nothing was measured: an empty cell, or `nan` as Python writes it. AppError for any other text. */
export function readCell(field: string, line: number, column: string, text: string): number {
  const value = parseDecimal(text);
  if (value !== undefined) return value;
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.toLowerCase() === 'nan') return Number.NaN;
  const fault = `line ${line}: \`${shorten(text)}\` in column ${nameColumns([column])} is not a number`;
  const remedy =
    'write a number, leave the cell empty where nothing was measured, or leave out the column';
  throw refuse(field, fault, remedy);
}
