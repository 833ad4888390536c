import type { Labels } from '../feature.ts';

const named: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};
const hexLength: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Reads Python's repr of a dict of strings, `{'job': 'node'}`; undefined when the text is no such thing. */
export function parsePythonDict(text: string): Labels | undefined {
  const cursor = { text: text.trim(), at: 0 };
  const entries: [string, string][] = [];
  if (!take(cursor, '{')) return undefined;
  while (!take(cursor, '}')) {
    if (entries.length > 0 && !take(cursor, ',')) return undefined;
    if (take(cursor, '}')) break;
    const key = readString(cursor);
    if (key === undefined || !take(cursor, ':')) return undefined;
    const value = readString(cursor);
    if (value === undefined) return undefined;
    entries.push([key, value]);
  }
  return cursor.at === cursor.text.length ? Object.fromEntries(entries) : undefined;
}

interface Cursor {
  readonly text: string;
  at: number;
}

/** Takes one sign with the blanks around it. */
function take(cursor: Cursor, sign: string): boolean {
  skipBlanks(cursor);
  if (cursor.text[cursor.at] !== sign) return false;
  cursor.at += 1;
  skipBlanks(cursor);
  return true;
}

function skipBlanks(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1;
}

function readString(cursor: Cursor): string | undefined {
  // Python 2 marked text so.
  if (cursor.text[cursor.at] === 'u') cursor.at += 1;
  const quote = cursor.text[cursor.at];
  if (quote !== "'" && quote !== '"') return undefined;
  cursor.at += 1;
  let read = '';
  while (cursor.at < cursor.text.length) {
    const sign = cursor.text[cursor.at] ?? '';
    cursor.at += 1;
    if (sign === quote) return read;
    const character = sign === '\\' ? readEscape(cursor) : sign;
    if (character === undefined) return undefined;
    read += character;
  }
  return undefined;
}

function readEscape(cursor: Cursor): string | undefined {
  const sign = cursor.text[cursor.at] ?? '';
  cursor.at += 1;
  const length = hexLength[sign];
  if (length === undefined) return named[sign];
  const digits = cursor.text.slice(cursor.at, cursor.at + length);
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
  cursor.at += length;
  const codePoint = Number.parseInt(digits, 16);
  return codePoint > 0x10ffff ? undefined : String.fromCodePoint(codePoint);
}
