import { expect, test } from 'vitest';
import { describeOnOwnServer } from '../../../../testbed/src/servers/for-tests.ts';
import { startPostgres } from '../../../../testbed/src/servers/postgres.ts';
import { connectDatabase } from '../../src/index.ts';
import { describeDatabase } from './database-behaviour.ts';

await describeOnOwnServer('on a PostgreSQL server', startPostgres, (server) => {
  describeDatabase('the database', async () => connectDatabase({ url: server.address }));

  test('lets no query be compiled, in a transaction either', async () => {
    const database = connectDatabase({ url: server.address });
    const off = [{ jit: 'off' }];
    expect(await database.query('show jit')).toEqual(off);
    expect(await database.transaction((tx) => tx.query('show jit'))).toEqual(off);
    await database.close();
  });

  test('comes up by itself when the server does, and answers 503 until then', async () => {
    await server.kill();
    const database = connectDatabase({ url: server.address });
    const down = { code: 'database-unavailable', status: 503, retriable: true };
    await expect(database.query('select 1')).rejects.toMatchObject(down);
    await expect(database.transaction(async () => undefined)).rejects.toMatchObject(down);
    await server.restart();
    expect(await database.query('select 1 as up')).toEqual([{ up: 1 }]);
    await database.close();
  });
});
