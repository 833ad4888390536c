import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import type { SqlConnection } from './single-connection.ts';
import { columnParsers, json, toParams } from './sql-types.ts';

const jsonTypes = [114, 3802];

/** PostgreSQL in this very thread; `dataDir` absent: in memory. */
export async function openPgliteConnection(
  options: { readonly dataDir?: string; readonly loadDataDir?: Blob } = {},
): Promise<SqlConnection> {
  const pglite = await PGlite.create({
    ...(options as PGliteOptions),
    parsers: columnParsers,
    serializers: Object.fromEntries(jsonTypes.map((type) => [type, serializeJson])),
  });
  return {
    async query<Row extends object>(sql: string, params: readonly unknown[] = []) {
      // Several statements in one text are for the simple protocol, which takes no parameters.
      if (params.length === 0) return ((await pglite.exec(sql)).at(-1)?.rows ?? []) as Row[];
      return (await pglite.query<Row>(sql, toParams(params))).rows;
    },
    close: () => pglite.close(),
  };
}

/** Refuses what the pool's driver would send as an SQL array: what passes here must pass there. */
function serializeJson(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) throw new TypeError('pass an array for a jsonb column through json()');
  return json(value);
}
