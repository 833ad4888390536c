/** One record of a CSV file with the line it begins on, counted from 1; the first one is the header. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Why a file cannot be used, in words for whoever sent it. */
export interface FileProblem {
  readonly code:
    | 'file-empty'
    | 'file-header-only'
    | 'column-unknown'
    | 'column-duplicate'
    | 'column-not-a-series'
    | 'cell-missing'
    | 'cell-not-numeric'
    | 'timestamp-unreadable'
    | 'too-few-rows'
    | 'too-many-rows'
    | 'labels-unreadable'
    | 'hash-mismatch';
  readonly message: string;
  readonly line?: number;
  readonly column?: string;
  readonly value?: string;
}

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: FileProblem };

export function problem(
  code: FileProblem['code'],
  message: string,
  where: Omit<FileProblem, 'code' | 'message'> = {},
): { readonly ok: false; readonly problem: FileProblem } {
  return { ok: false, problem: { code, message, ...where } };
}

/** Column names for a message, bounded: `timestamp`, `R_99`, … */
export function nameColumns(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `\`${shorten(name)}\``);
  return names.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}

/** A sender's text, bounded for a message. */
export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
