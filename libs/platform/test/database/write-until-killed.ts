import { openDatabase } from '../../src/index.ts';

/** A process that commits one row after the other, says so, and is killed in between. */
const [dataDir = ''] = process.argv.slice(2);
const database = await openDatabase({ dataDir });
await database.query('create table if not exists acknowledged (n serial, text text)');
while (true) {
  const rows = await database.transaction((tx) =>
    tx.query<{ n: number }>(`insert into acknowledged (text) values ($1) returning n`, [
      'x'.repeat(500),
    ]),
  );
  process.stdout.write(`${rows[0]?.n}\n`);
}
