import { expect, test } from 'vitest';
import { checkIfMatch, createEtag } from '../../src/index.ts';

const etag = createEtag({ version: 3 });

test('an ETag is quoted, and another for another value', () => {
  expect(etag).toMatch(/^"[\w-]{27}"$/);
  expect(createEtag({ version: 4 })).not.toBe(etag);
  expect(createEtag({ version: 3 })).toBe(etag);
});

test.each([undefined, '*', etag, `"other", ${etag}`])(
  'If-Match %s lets an update through',
  (value) => {
    expect(() => checkIfMatch({ headers: { 'if-match': value } }, etag)).not.toThrow();
  },
);

test('If-Match of an older state refuses an update with 412', () => {
  const update = () => checkIfMatch({ headers: { 'if-match': '"older"' } }, etag);
  expect(update).toThrow(expect.objectContaining({ status: 412, code: 'etag-mismatch' }));
});
