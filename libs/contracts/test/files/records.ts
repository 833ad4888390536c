import type { CsvRecord } from '../../src/index.ts';

/** Records of a csv text without quoted line breaks: the services read files with platform's reader. */
export async function* recordsOf(text: string): AsyncGenerator<CsvRecord> {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  for (const [index, line] of lines.entries()) yield { line: index + 1, cells: splitCells(line) };
}

function splitCells(line: string): string[] {
  const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
  return cells.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
