import { afterAll, expect, test } from 'vitest';
import { createMemoryDatabase } from '../../src/index.ts';

const database = await createMemoryDatabase();
afterAll(() => database.close());

test('a query past its own transaction is refused rather than waited for without end', async () => {
  const stuck = database.transaction(() => database.query('select 1'));
  await expect(stuck).rejects.toThrow('inside a transaction, ask its tx');
  expect(await database.query('select 1 as a')).toEqual([{ a: 1 }]);
});

test('what a transaction leaves running may ask the database after it', async () => {
  const gate = Promise.withResolvers<void>();
  const later = await database.transaction(async () => ({
    answer: gate.promise.then(() => database.query('select 2 as a')),
  }));
  gate.resolve();
  expect(await later.answer).toEqual([{ a: 2 }]);
});

test('a closed database refuses', async () => {
  const own = await createMemoryDatabase();
  await own.close();
  await expect(own.query('select 1')).rejects.toMatchObject({ code: 'database-closed' });
});
