/** Types of columns that both drivers must return alike, by PostgreSQL's numbers for them. */
const int8 = 20;
const timestamp = 1114;
const timestamptz = 1184;
const date = 1082;
const int8Array = 1016;

/**
 * How text of the server becomes a value, in both drivers: bigint a number (epoch ms and counts fit
 * into 2^53), bigint[] number[], timestamptz epoch ms, date and timestamp the text they are. The
 * rest is as both have it by themselves: jsonb parsed, double precision[] number[], numeric text.
 */
export const columnParsers: Readonly<Record<number, (text: string) => unknown>> = {
  [int8]: Number,
  [int8Array]: parseNumbers,
  [timestamptz]: epochMs,
  [timestamp]: (text) => text,
  [date]: (text) => text,
};

/** `{1,NULL,3}` */
function parseNumbers(text: string): (number | null)[] {
  const inner = text.slice(1, -1);
  if (inner === '') return [];
  return inner.split(',').map((each) => (each === 'NULL' ? null : Number(each)));
}

/** `2026-01-18 13:45:29.25+00`, and east of Greenwich with minutes: `+05:30`. */
function epochMs(text: string): number {
  const iso = text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
  return Date.parse(iso);
}

/**
 * A value for a json or jsonb parameter. An array needs it, because a driver that does not ask the
 * server for the parameter's type takes an array for an SQL array; a bare text needs it too.
 */
export function json(value: unknown): string {
  return JSON.stringify(value);
}

/** Parameters as both drivers take them alike: nothing is null, numbers in typed arrays are an SQL array. */
export function toParams(params: readonly unknown[]): unknown[] {
  return params.map((value) => {
    if (value === undefined) return null;
    if (value instanceof Float64Array || value instanceof Float32Array) return Array.from(value);
    return value;
  });
}
