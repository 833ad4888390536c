import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  AppError,
  createIdempotency,
  type Database,
  isUniqueViolation,
  json,
  migrate,
} from '../../src/index.ts';

/** What any database promises; runs on every variant. `schema` is the test's own. */
export function describeDatabase(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    const first = {
      id: 1,
      name: 'things',
      sql: 'create table trial.things (id integer primary key)',
    };
    const second = { id: 2, name: 'names', sql: 'alter table trial.things add column name text' };
    let database: Database;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database.close());

    test.each([
      ['bigint', 'a number', 1_579_355_129_250, 1_579_355_129_250],
      ['double precision', 'a number', 0.1, 0.1],
      ['double precision', 'NaN', Number.NaN, Number.NaN],
      [
        'double precision[]',
        'numbers',
        [1.5, Number.NaN, null, -0.25],
        [1.5, Number.NaN, null, -0.25],
      ],
      ['double precision[]', 'numbers', Float64Array.of(1.5, 2), [1.5, 2]],
      ['double precision[]', 'an empty list', [], []],
      ['bigint[]', 'numbers', [1, 1_579_355_129_250], [1, 1_579_355_129_250]],
      ['text[]', 'texts', ['a "b", {c}', ''], ['a "b", {c}', '']],
      ['jsonb', 'the object', { a: [1, null, 'x'] }, { a: [1, null, 'x'] }],
      ['jsonb', 'the list', json([{ a: 1 }, 2]), [{ a: 1 }, 2]],
      ['jsonb', 'the text', json('text'), 'text'],
      ['timestamptz', 'epoch ms', new Date(1_579_355_129_250), 1_579_355_129_250],
      ['boolean', 'a boolean', true, true],
      ['numeric', 'exact text', '12.50', '12.50'],
      ['text', 'null for nothing', undefined, null],
    ])('returns %s as %s', async (type, _as, value, expected) => {
      const [row] = await database.query(`select $1::${type} as value`, [value]);
      expect(row).toEqual({ value: expected });
    });

    test('counts in numbers', async () => {
      const rows = await database.query('select count(*) as n from (values (1), (2)) as two');
      expect(rows).toEqual([{ n: 2 }]);
    });

    test('refuses a list for jsonb that is not passed through json()', async () => {
      await expect(database.query('select $1::jsonb as value', [[{ a: 1 }]])).rejects.toThrow();
    });

    test('runs several statements of one text and gives the rows of the last one', async () => {
      expect(await database.query('select 1 as a; select 2 as b')).toEqual([{ b: 2 }]);
    });

    test('migrates, once, when two start at the same time', async () => {
      await Promise.all([
        migrate(database, 'trial', [first, second]),
        migrate(database, 'trial', [first, second]),
      ]);
      const rows = await database.query('select id, name from trial.migrations order by id');
      expect(rows).toEqual([
        { id: 1, name: 'things' },
        { id: 2, name: 'names' },
      ]);
    });

    test('refuses a schema that a later version has made', async () => {
      const refused = migrate(database, 'trial', [first]);
      await expect(refused).rejects.toMatchObject({ code: 'schema-newer' });
    });

    test('refuses a migration that was edited after it had been applied', async () => {
      const edited = { ...first, sql: `${first.sql};` };
      const refused = migrate(database, 'trial', [edited, second]);
      await expect(refused).rejects.toMatchObject({ code: 'migration-edited' });
    });

    test('leaves nothing of a migration that fails', async () => {
      const bad = {
        id: 3,
        name: 'bad',
        sql: 'create table trial.half (id integer); select nonsense',
      };
      await expect(migrate(database, 'trial', [first, second, bad])).rejects.toThrow('nonsense');
      expect(await database.query(`select to_regclass('trial.half') as found`)).toEqual([
        { found: null },
      ]);
    });

    test('commits what a transaction did, and rolls back when it rejects', async () => {
      await database.transaction((tx) =>
        tx.query('insert into trial.things values ($1, $2)', [1, 'a']),
      );
      const failed = database.transaction(async (tx) => {
        await tx.query('insert into trial.things values ($1, $2)', [2, 'b']);
        throw new Error('changed my mind');
      });
      await expect(failed).rejects.toThrow('changed my mind');
      expect(await database.query('select id from trial.things')).toEqual([{ id: 1 }]);
    });

    test('refuses a query of a transaction that is over', async () => {
      const escaped = await database.transaction(async (tx) => ({ tx }));
      await expect(escaped.tx.query('select 1')).rejects.toThrow('the transaction is over');
    });

    test('keeps transactions apart that run at the same time', async () => {
      await database.query('create table trial.counter as select 0 as n');
      const add = () =>
        database.transaction(async (tx) => {
          const [row] = await tx.query<{ n: number }>('select n from trial.counter for update');
          await tx.query('update trial.counter set n = $1', [(row?.n ?? 0) + 1]);
        });
      await Promise.all(Array.from({ length: 20 }, add));
      expect(await database.query('select n from trial.counter')).toEqual([{ n: 20 }]);
    });

    test('tells which constraint was violated', async () => {
      const again = database.query('insert into trial.things values (1)');
      const error = await again.catch((caught: unknown) => caught);
      expect(isUniqueViolation(error)).toBe(true);
      expect(isUniqueViolation(error, 'things_pkey')).toBe(true);
      expect(isUniqueViolation(error, 'another')).toBe(false);
    });

    test('does the work of an idempotency key once, and gives its answer to all who ask', async () => {
      const { once } = createIdempotency(database, 'trial');
      const request = { tenantId: 'a', operation: 'POST /things', key: 'k1', request: { x: 1 } };
      const ask = () =>
        once(request, async (tx) => {
          await tx.query(`insert into trial.things (id) values (10)`);
          return { status: 202, headers: { location: '/things/10' }, body: { id: 10 } };
        });
      const answers = await Promise.all([ask(), ask(), ask()]);
      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
      for (const answer of answers) {
        expect(answer).toMatchObject({
          status: 202,
          headers: { location: '/things/10' },
          body: { id: 10 },
        });
      }
      const other = once({ ...request, request: { x: 2 } }, async () => ({
        status: 202,
        headers: {},
        body: null,
      }));
      await expect(other).rejects.toMatchObject({ code: 'idempotency-key-reused', status: 422 });
    });

    test('does the work of an idempotency key again when it failed', async () => {
      const { once } = createIdempotency(database, 'trial');
      const request = { tenantId: 'a', operation: 'POST /things', key: 'k2', request: null };
      const refused = once(request, async () => {
        throw new AppError('not now', { status: 409, code: 'not-now' });
      });
      await expect(refused).rejects.toMatchObject({ code: 'not-now' });
      const answer = await once(request, async () => ({ status: 200, headers: {}, body: 'done' }));
      expect(answer).toEqual({ status: 200, headers: {}, body: 'done', replayed: false });
    });
  });
}
