import { connectDatabase } from '@slicecast/platform';
import { expect, test } from 'vitest';
import { describeOnOwnServer } from '../../src/servers/for-tests.ts';
import { startPostgres } from '../../src/servers/postgres.ts';

await describeOnOwnServer('PostgreSQL', startPostgres, (server) => {
  test('still has what it committed after kill and restart, with clients connected', async () => {
    const database = connectDatabase({ url: server.address });
    await database.query('create table kept as select 7 as seven');
    await server.kill();
    await server.restart();
    const again = connectDatabase({ url: server.address });
    expect(await again.query('select seven from kept')).toEqual([{ seven: 7 }]);
    await Promise.all([database.close(), again.close()]);
  });
});
