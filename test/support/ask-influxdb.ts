/** Rows of an InfluxQL query of InfluxDB 1.8, over all its series, as objects. */
export async function askInfluxQl(
  url: string,
  database: string,
  query: string,
): Promise<Record<string, unknown>[]> {
  const answer = await fetch(`${url}/query?${new URLSearchParams({ db: database, q: query })}`);
  // What it may hold is read below, field by field.
  return rowsOf((await answer.json()) as InfluxQlAnswer);
}

/** Rows of a Flux query, as text by column. */
export async function askFlux(url: string, query: string): Promise<Record<string, string>[]> {
  const answer = await fetch(`${url}/api/v2/query?org=any`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.flux', accept: 'application/csv' },
    body: query,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text} of\n${query}`);
  return csvRows(text);
}

interface InfluxQlAnswer {
  readonly results: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly tags?: Readonly<Record<string, string>>;
      readonly columns: readonly string[];
      readonly values: readonly (readonly unknown[])[];
    }[];
  }[];
}

function rowsOf({ results: [result] }: InfluxQlAnswer): Record<string, unknown>[] {
  if (result?.error !== undefined) throw new Error(result.error);
  return (result?.series ?? []).flatMap(({ tags, columns, values }) =>
    values.map((row) => ({
      ...tags,
      ...Object.fromEntries(columns.map((column, index) => [column, row[index]])),
    })),
  );
}

/** Annotated CSV: blocks, each with its own header; enough for text without line ends. */
function csvRows(text: string): Record<string, string>[] {
  let columns: readonly string[] = [];
  const rows: Record<string, string>[] = [];
  for (const line of text.split('\r\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const cells = cellsOf(line);
    if (cells[1] === 'result') columns = cells;
    else if (cells[1] === 'error') throw new Error(line);
    else
      rows.push(Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])));
  }
  return rows;
}

function cellsOf(line: string): string[] {
  const cells = `,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...cells].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
