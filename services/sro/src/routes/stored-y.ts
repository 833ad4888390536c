import { parseYFile, type YSeries } from '@slicecast/contracts';

/** A Y file of the database as it was parsed before; undefined where there is none. */
export async function storedY(csv: string | null, kpiName: string): Promise<YSeries | undefined> {
  if (csv === null) return undefined;
  const parsed = await parseYFile(linesOf(csv), { kpiName });
  return parsed.ok ? parsed.value : undefined;
}

/** Our own file: no quotes in it but in the header, which is one cell each side of the first comma. */
async function* linesOf(csv: string) {
  let line = 0;
  for (const text of csv.trimEnd().split('\n')) {
    line += 1;
    const comma = text.indexOf(',');
    const name = text.slice(comma + 1);
    const cell = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
    yield { line, cells: [text.slice(0, comma), cell] };
  }
}
