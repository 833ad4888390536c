import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { Feature, Labels } from '../feature.ts';
import { seriesHash, sortedLabels } from '../series-hash.ts';
import { csvCell } from './csv-cell.ts';
import { type CsvRecord, nameColumns, type Parsed, problem, shorten } from './parsed.ts';
import { parsePythonDict } from './python-dict.ts';
import { pythonDictRepr } from './python-repr.ts';
import { headerNames, isBlank } from './record.ts';

/** What the JSON form says of a feature; MLO-V2's Python form has the labels alone, of raw values. */
export const MappedSeries = Type.Object({
  labels: Labels,
  transform: Type.Optional(Feature.properties.transform),
  windowMs: Type.Optional(Feature.properties.windowMs),
  maxAgeMs: Type.Optional(Feature.properties.maxAgeMs),
});
export type MappedSeries = Static<typeof MappedSeries>;

/** A row of the map: which series a column of `x_selected` is. */
export type MapEntry = MappedSeries & { readonly series: string };

/** Reads `metricHash,metricInfo`, the latter as Python dict, as JSON labels, or as `MappedSeries` in JSON. */
export async function parseTimeserieMap(
  records: AsyncIterable<CsvRecord>,
  { maxRows = 10_000 }: { readonly maxRows?: number } = {},
): Promise<Parsed<readonly MapEntry[]>> {
  const entries: MapEntry[] = [];
  let columns: { hash: number; info: number } | undefined;
  for await (const record of records) {
    if (columns === undefined) {
      const names = headerNames(record);
      columns = { hash: names.indexOf('metricHash'), info: names.indexOf('metricInfo') };
      if (columns.hash >= 0 && columns.info >= 0) continue;
      const message = `the header is ${nameColumns(names)}; \`metricHash\`, \`metricInfo\` is needed`;
      return problem('column-unknown', message, { line: record.line });
    }
    if (isBlank(record)) continue;
    const entry = readEntry(record, columns);
    if (!entry.ok) return entry;
    entries.push(entry.value);
    if (entries.length > maxRows) {
      return problem('too-many-rows', `the map has more than ${maxRows} rows`);
    }
  }
  if (columns === undefined) return problem('file-empty', 'the map is empty');
  if (entries.length === 0) return problem('file-header-only', 'the map has a header but no rows');
  return { ok: true, value: entries };
}

/**
 * Lines of a map, header first. `python` is MLO-V2's form and carries the labels alone; `json`
 * carries transforms as well.
 */
export function* writeTimeserieMap(
  entries: Iterable<MappedSeries>,
  form: 'python' | 'json' = 'python',
): Generator<string> {
  yield 'metricHash,metricInfo\n';
  for (const entry of entries) {
    const info =
      form === 'json'
        ? JSON.stringify(jsonForm(entry))
        : pythonDictRepr(sortedLabels(entry.labels));
    yield `${seriesHash(entry.labels)},${csvCell(info)}\n`;
  }
}

function jsonForm({ labels, transform, windowMs, maxAgeMs }: MappedSeries): MappedSeries {
  return {
    labels: Object.fromEntries(sortedLabels(labels)),
    ...(transform === undefined ? {} : { transform }),
    ...(windowMs === undefined ? {} : { windowMs }),
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
  };
}

function readEntry(
  { line, cells }: CsvRecord,
  columns: { readonly hash: number; readonly info: number },
): Parsed<MapEntry> {
  const series = (cells[columns.hash] ?? '').trim();
  const info = cells[columns.info] ?? '';
  const mapped = readInfo(info);
  if (mapped === undefined) {
    const message = `line ${line}: \`${shorten(info)}\` is neither a Python dict nor JSON of labels`;
    return problem('labels-unreadable', message, { line, column: 'metricInfo' });
  }
  const hash = seriesHash(mapped.labels);
  if (hash !== series) {
    const message = `line ${line}: the labels have the hash ${hash}, the line says \`${shorten(series)}\``;
    return problem('hash-mismatch', message, {
      line,
      column: 'metricHash',
      value: shorten(series),
    });
  }
  return { ok: true, value: { series, ...mapped } };
}

function readInfo(text: string): MappedSeries | undefined {
  const labels = parsePythonDict(text);
  if (labels !== undefined) return { labels };
  const json = parseJson(text);
  if (Value.Check(Labels, json)) return { labels: json };
  return Value.Check(MappedSeries, json) ? json : undefined;
}

/** undefined where the text is no JSON: an expected outcome, which the caller puts into words. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
