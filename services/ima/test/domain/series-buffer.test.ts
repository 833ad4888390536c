import { expect, test } from 'vitest';
import { SeriesBuffer } from '../../src/domain/series-buffer.ts';

test('samples are kept in time order whatever order they came in', () => {
  const buffer = new SeriesBuffer(60_000);
  for (const at of [3000, 1000, 2000]) buffer.add(at, at / 1000, 3000);
  expect(buffer.times).toEqual([1000, 2000, 3000]);
  expect(buffer.values).toEqual([1, 2, 3]);
});

test('an instant holds the first value that came for it', () => {
  const buffer = new SeriesBuffer(60_000);
  expect(buffer.add(1000, 1, 1000)).toBe('taken');
  expect(buffer.add(1000, 2, 1000)).toBe('duplicate');
  expect(buffer.values).toEqual([1]);
});

test('a sample more than five seconds ahead of the clock is refused', () => {
  const buffer = new SeriesBuffer(60_000);
  expect(buffer.add(6000, 1, 1000)).toBe('taken');
  expect(buffer.add(6001, 1, 1000)).toBe('from-the-future');
});

test('it stays bounded, and refuses what is behind its reach', () => {
  const buffer = new SeriesBuffer(10_000);
  for (let at = 1000; at <= 1_000_000; at += 1000) buffer.add(at, at, at);
  expect(buffer.count).toBeLessThanOrEqual(11 + 64);
  expect(buffer.times.at(-1)).toBe(1_000_000);
  expect(buffer.add(900_000, 1, 1_000_000)).toBe('too-old');
});

test('what no instant is asked for any more is forgotten, but for the newest of it', () => {
  const buffer = new SeriesBuffer(3_600_000);
  for (let at = 1000; at <= 100_000; at += 1000) buffer.add(at, at, at);
  buffer.forgetBefore(90_500);
  expect(buffer.times[0]).toBe(90_000);
  expect(buffer.count).toBe(11);
  expect(buffer.add(50_000, 50_000, 100_000)).toBe('too-old');
  buffer.forgetBefore(200_000);
  expect(buffer.times.at(-1)).toBe(100_000);
});

test('it knows since when its newest value has stood, also beyond its reach', () => {
  const buffer = new SeriesBuffer(10_000);
  buffer.add(1000, 5, 1000);
  for (let at = 2000; at <= 200_000; at += 1000) buffer.add(at, 7, at);
  expect(buffer.unchangedSince).toBe(2000);
});

test('a series has ended from its marker on, until a sample that is later, whatever order they come in', () => {
  const buffer = new SeriesBuffer(60_000);
  const now = 10_000;
  expect(buffer.end(3000, now)).toBe('end');
  expect(buffer.end(3000, now)).toBe('duplicate');
  expect(buffer.end(now + 60_000, now)).toBe('from-the-future');
  buffer.add(5000, 1, now);
  buffer.add(2000, 1, now);
  const ended = [1000, 2000, 2999, 3000, 4999, 5000, 6000].map((at) => buffer.endedAt(at));
  expect(ended).toEqual([false, false, false, true, true, false, false]);
});
