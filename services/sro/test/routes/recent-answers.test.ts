import { expect, test } from 'vitest';
import { RecentAnswers } from '../../src/routes/recent-answers.ts';

const answer = (text: string) => ({ etag: '"1"', text });

test('those who ask at the same time share one answer, and later ones until it is too old', async () => {
  const recent = new RecentAnswers({ keepMs: 60_000, mostKept: 10 });
  let made = 0;
  const make = async () => answer(String(++made));
  const [one, other] = await Promise.all([recent.of('a', make), recent.of('a', make)]);
  expect([one.text, other.text, (await recent.of('a', make)).text]).toEqual(['1', '1', '1']);
  expect((await recent.of('b', make)).text).toBe('2');
  recent.forget();
  expect((await recent.of('a', make)).text).toBe('3');
});

test('one that is too old is made anew', async () => {
  const recent = new RecentAnswers({ keepMs: 0, mostKept: 10 });
  let made = 0;
  const make = async () => answer(String(++made));
  await recent.of('a', make);
  expect((await recent.of('a', make)).text).toBe('2');
});

test('a failure is not kept', async () => {
  const recent = new RecentAnswers({ keepMs: 60_000, mostKept: 10 });
  const fail = () => Promise.reject(new Error('no database'));
  await expect(recent.of('a', fail)).rejects.toThrow('no database');
  expect((await recent.of('a', async () => answer('1'))).text).toBe('1');
});

test('no more than so many are kept', async () => {
  const recent = new RecentAnswers({ keepMs: 60_000, mostKept: 2 });
  let made = 0;
  const make = async () => answer(String(++made));
  for (const key of ['a', 'b', 'c']) await recent.of(key, make);
  expect((await recent.of('a', make)).text).toBe('4');
});
