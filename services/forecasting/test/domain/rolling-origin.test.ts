import { describe, expect, test } from 'vitest';
import { foldsOf } from '../../src/domain/rolling-origin.ts';

describe('rolling origins', () => {
  test('follow one another to the end of the training part', () => {
    expect(foldsOf(1000, null)).toEqual([
      { end: 400, until: 550 },
      { end: 550, until: 700 },
      { end: 700, until: 850 },
      { end: 850, until: 1000 },
    ]);
  });

  test('begin later while the load has shown few cycles, but leave something to judge', () => {
    expect(foldsOf(1000, 250)[0]?.end).toBe(525);
    expect(foldsOf(1000, 450)[0]?.end).toBe(700);
    expect(foldsOf(1000, 50)[0]?.end).toBe(400);
  });
});
