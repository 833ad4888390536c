/** A cell as RFC 4180 wants it: quoted when it holds a comma, a quote or a line break. */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A number in its shortest exact form; what is not finite is missing, thus empty. */
export function csvNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : '';
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A finite decimal number; undefined for anything else (no hexadecimal, no `NaN`, no empty text). */
export function parseDecimal(text: string): number | undefined {
  const trimmed = text.trim();
  if (!decimal.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}
