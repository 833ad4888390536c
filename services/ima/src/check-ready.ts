import type { Database, ReadyCheck } from '@slicecast/platform';
import type { ImaLoops } from './loops/start-loops.ts';

/** What `/ready` tells: the database answers, and the loops that need it and the log run. */
export async function checkReady(
  { database }: { readonly database: Database },
  loops: Pick<ImaLoops, 'missing'>,
): Promise<ReadyCheck[]> {
  const missing = loops.missing();
  return [
    await databaseCheck(database),
    {
      name: 'loops',
      ok: missing === undefined,
      detail: missing ?? 'extraction and live feed run',
    },
  ];
}

async function databaseCheck(database: Database): Promise<ReadyCheck> {
  try {
    await database.query('select 1');
    return { name: 'database', ok: true, detail: 'answers' };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name: 'database', ok: false, detail };
  }
}
