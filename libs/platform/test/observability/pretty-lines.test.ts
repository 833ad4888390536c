import { expect, test } from 'vitest';
import { prettyLine } from '../../src/observability/pretty-lines.ts';

const line = JSON.stringify({
  level: 'warn',
  time: '2026-01-18T13:45:29.250Z',
  pid: 1,
  hostname: 'h',
  name: 'sro',
  sliceId: 1,
  msg: 'late',
});

test('a log line for people has time, level, name, message and the rest as key=value', () => {
  expect(prettyLine(line, false)).toBe('13:45:29.250 warn  sro late sliceId=1\n');
});

test('a log line for a terminal is coloured by its level', () => {
  const [begin, end] = ['\u001b[33m', '\u001b[39m\n'];
  const text = prettyLine(line, true);
  expect(text.startsWith(begin) && text.endsWith(end)).toBe(true);
});

test('a line that is no JSON stays as it is', () => {
  expect(prettyLine('plain\n', true)).toBe('plain\n');
});
