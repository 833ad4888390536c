/**
 * InfluxDB's line protocol as text: `measurement,tag=value field=1.5 1579355129000`, timestamps in ms.
 * Written by hand because every message passes here; the rules are those of the server's parser
 * (models/points.go of InfluxDB 1.8, the same in 2).
 */

/** An encoded field value; undefined where there is none. */
export type FieldText = string | undefined;

/** InfluxDB keeps int64 nanoseconds: 2262-04-11. */
const latestMs = 9_223_372_036_854;

export function isRecordable(atMs: number): boolean {
  return Number.isInteger(atMs) && atMs >= 0 && atMs <= latestMs;
}

/** Undefined when no field has a value. Tags are encoded text that begins with a comma, or empty. */
export function lineOf(
  measurement: string,
  tags: string,
  fields: readonly (readonly [key: string, value: FieldText])[],
  atMs: number,
): string | undefined {
  let text = '';
  for (const [key, value] of fields) {
    if (value === undefined) continue;
    text += text === '' ? `${key}=${value}` : `,${key}=${value}`;
  }
  return text === '' ? undefined : `${measurement}${tags} ${text} ${atMs}`;
}

/** Not finite: undefined, for InfluxDB has no such number, and missing is not zero. */
export function floatField(value: number | null | undefined): FieldText {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

export function integerField(value: number | null | undefined): FieldText {
  return typeof value === 'number' && Number.isSafeInteger(value) ? `${value}i` : undefined;
}

export function booleanField(value: boolean): FieldText {
  return value ? 'true' : 'false';
}

export function stringField(value: string): FieldText {
  return quotable.test(value) ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : `"${value}"`;
}

const quotable = /["\\]/;

/** Undefined for an empty name, which InfluxDB does not take. A first `#` would make a comment of the line. */
export function measurementName(name: string): string | undefined {
  if (name === '') return undefined;
  const safe = awkward.test(name) ? escaped(name, /[, ]/g) : name;
  return safe.startsWith('#') ? `\\${safe}` : safe;
}

/** `,key=value`; empty for an empty key or value: a label without a value is a label that is not there. */
export function tagText(key: string, value: string): string {
  if (key === '' || value === '') return '';
  return `,${keyText(key)}=${keyText(value)}`;
}

/** The tags of a set of labels, in the order of their names: the order in which the server keeps them. */
export function tagTexts(labels: Readonly<Record<string, string>>): string {
  let text = '';
  for (const key of Object.keys(labels).sort()) text += tagText(key, labels[key] ?? '');
  return text;
}

/** A tag's key or value, or a field's key. */
export function keyText(text: string): string {
  return awkward.test(text) ? escaped(text, /[,= ]/g) : text;
}

/** What cannot stand as it is: separators, line ends, and a backslash at the end. */
const awkward = /[,= \n\r\t]|\\$/;

/**
 * Line ends become the two characters `\n`, as InfluxDB's own clients write them. The parser takes a
 * separator after any backslash for escaped, so that a last backslash would swallow the next one: it
 * gets a space behind it. Backslashes elsewhere stand for themselves.
 */
function escaped(text: string, separators: RegExp): string {
  const oneLine = text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  const closed = oneLine.endsWith('\\') ? `${oneLine} ` : oneLine;
  return closed.replaceAll(separators, '\\$&');
}
