import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDatabase } from '../../src/index.ts';
import { describeDatabase } from './database-behaviour.ts';
import { createRealPostgres, missingPostgres, type RealPostgres } from './real-postgres.ts';

const missing = await missingPostgres();
if (missing !== undefined && process.env.CI === 'true') throw new Error(missing);

describe.skipIf(missing !== undefined)(`on a PostgreSQL server ${missing ?? ''}`, () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await createRealPostgres();
    await server.start();
  });
  afterAll(() => server.dispose());

  describeDatabase('the database', async () => connectDatabase({ url: server.url }));

  test('comes up by itself when the server does, and answers 503 until then', async () => {
    await server.stop();
    const database = connectDatabase({ url: server.url });
    const down = { code: 'database-unavailable', status: 503, retriable: true };
    await expect(database.query('select 1')).rejects.toMatchObject(down);
    await expect(database.transaction(async () => undefined)).rejects.toMatchObject(down);
    await server.start();
    expect(await database.query('select 1 as up')).toEqual([{ up: 1 }]);
    await database.close();
  });
});
