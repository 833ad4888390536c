import { startInfluxdb } from '../../testbed/src/servers/influxdb.ts';
import type { ServerProcess } from '../../testbed/src/servers/server-process.ts';
import { ServerUnavailable } from '../../testbed/src/servers/server-unavailable.ts';

/** The InfluxDB that tests run against: the one that INFLUX_URL names, else one of their own. */
export interface RealInfluxdb {
  readonly url: string;
  /** Why there is none: what runs against it is skipped. */
  readonly missing?: string;
  /** Absent when it is not the tests' own: nobody ends it then. */
  readonly own?: ServerProcess;
  /** Rows of an InfluxQL query, over all its series, as objects. */
  influxQl(database: string, query: string): Promise<Record<string, unknown>[]>;
  /** Rows of a Flux query, as text by column. */
  flux(query: string): Promise<Record<string, string>[]>;
  stop(): Promise<void>;
}

/** Rejects when there is none and CI=true. */
export async function realInfluxdb(): Promise<RealInfluxdb> {
  const { INFLUX_URL, INFLUX_VERSION, CI } = process.env;
  if (INFLUX_URL !== undefined && INFLUX_VERSION === '1') return speakTo(INFLUX_URL);
  try {
    const own = await startInfluxdb();
    return { ...speakTo(own.address), own, stop: own.stop };
  } catch (error) {
    if (!(error instanceof ServerUnavailable) || CI === 'true') throw error;
    return { ...speakTo('http://127.0.0.1:9'), missing: error.message };
  }
}

function speakTo(url: string): RealInfluxdb {
  return {
    url,
    stop: async () => undefined,
    async influxQl(database, query) {
      const answer = await fetch(`${url}/query?${new URLSearchParams({ db: database, q: query })}`);
      // What it may hold is read below, field by field.
      return rowsOf((await answer.json()) as InfluxQlAnswer);
    },
    async flux(query) {
      const answer = await fetch(`${url}/api/v2/query?org=any`, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.flux', accept: 'application/csv' },
        body: query,
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${answer.status} ${text} of\n${query}`);
      return csvRows(text);
    },
  };
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
