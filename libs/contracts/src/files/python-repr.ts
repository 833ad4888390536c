import { isPrintable } from './python-printable.ts';

const named = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x5c, '\\\\'],
]);

/**
 * Python's `repr(str)` before 3.12: single quotes unless the text holds `'` and no `"`; the quote and
 * the backslash escaped; what is not printable as `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
 */
export function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let written = quote;
  for (const character of text) written += escaped(character, quote);
  return written + quote;
}

/** Python's repr of a dict of strings, in the order given: `{'job': 'node'}`. */
export function pythonDictRepr(entries: Iterable<readonly [string, string]>): string {
  const items = [...entries].map(([key, value]) => `${pythonRepr(key)}: ${pythonRepr(value)}`);
  return `{${items.join(', ')}}`;
}

function escaped(character: string, quote: string): string {
  if (character === quote) return `\\${character}`;
  const codePoint = character.codePointAt(0) ?? 0;
  const name = named.get(codePoint);
  if (name !== undefined) return name;
  if (isPrintable(codePoint)) return character;
  const hex = codePoint.toString(16);
  if (codePoint <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  if (codePoint <= 0xffff) return `\\u${hex.padStart(4, '0')}`;
  return `\\U${hex.padStart(8, '0')}`;
}
