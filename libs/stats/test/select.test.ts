import fc from 'fast-check';
import { expect, test } from 'vitest';
import { select } from '../src/select.ts';

test('the k-th smallest is what sorting gives, and nothing greater stands before it', () => {
  const values = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, fc.nat(), (drawn, at) => {
      const k = at % drawn.length;
      const own = Float64Array.from(drawn);
      const found = select(own, k);
      expect(found === Float64Array.from(drawn).sort()[k]).toBe(true);
      expect([...own.subarray(0, k)].every((value) => value <= found)).toBe(true);
    }),
  );
});

test('many equal values are no trouble', () => {
  expect(select(new Float64Array(10_000).fill(3), 5000)).toBe(3);
});
