import { type TSchema, Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { findFaults } from '../../src/schema/find-faults.ts';

const strict = { additionalProperties: false };
const Shape = Type.Union([
  Type.Object({ kind: Type.Literal('circle'), radius: Type.Number({ minimum: 0 }) }, strict),
  Type.Object({ kind: Type.Literal('square'), side: Type.Number() }, strict),
]);
const Colour = Type.Union([Type.Literal('red'), Type.Literal('blue')]);

describe('the faults of a value', () => {
  test.each<[string, TSchema, unknown, [string, string][]]>([
    ['nothing wrong', Type.Object({ a: Type.Number() }), { a: 1 }, []],
    ['a missing key', Type.Object({ a: Type.Number() }), {}, [['a', 'is missing']]],
    [
      'a key that is not known',
      Type.Object({ a: Type.Number() }, strict),
      { a: 1, b: 2 },
      [['b', 'is not known here; there is a']],
    ],
    ['a wrong type', Type.Object({ a: Type.Number() }), { a: 'x' }, [['a', 'must be number']]],
    [
      'null for a number',
      Type.Object({ a: Type.Number() }),
      { a: null },
      [['a', 'must be number']],
    ],
    [
      'a choice',
      Type.Object({ a: Colour }),
      { a: 'green' },
      [['a', 'must be one of "red", "blue"']],
    ],
    ['an element of a list', Type.Array(Type.Integer()), [1, 2.5], [['1', 'must be integer']]],
    [
      'a list that is too short',
      Type.Array(Type.Integer(), { minItems: 1 }),
      [],
      [['', 'must not have fewer than 1 items']],
    ],
    [
      'a value of a record',
      Type.Record(Type.String(), Type.Number()),
      { x: 'y' },
      [['x', 'must be number']],
    ],
    [
      'the branch that was meant',
      Shape,
      { kind: 'circle', radius: -1 },
      [['radius', 'must be >= 0']],
    ],
    [
      'a branch that there is not',
      Shape,
      { kind: 'oval' },
      [['kind', 'must be one of "circle", "square"']],
    ],
    [
      'neither of two types',
      Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('auto')]),
      'many',
      [['', 'must be integer, or must be "auto"']],
    ],
    [
      'an optional part of a union with null',
      Type.Union([Type.Object({ a: Type.Number() }), Type.Null()]),
      { a: 'x' },
      [['a', 'must be number']],
    ],
  ])('name %s', (_title, schema, value, expected) => {
    const found = findFaults(schema, value).map(({ path, message }) => [path.join('.'), message]);
    expect(found).toEqual(expected);
  });
});
