import { expect, test } from 'vitest';
import { explain } from '../../src/domain/explain.ts';
import { runDecider, ticksFrom } from './run-decider.ts';
import { aForecast, aSlice, T0 } from './samples.ts';

function decided(changeSeconds = 3) {
  const { decisions } = runDecider({
    slice: aSlice(),
    ticks: ticksFrom(T0, 3),
    forecastAt: (at) => aForecast(at, { 1: 0.313, 2: 0.05 }),
    changeSeconds,
  });
  const last = decisions.at(-1);
  if (last === undefined) throw new Error('nothing was decided');
  return last;
}

test('a change is told with the numbers that led to it', () => {
  expect(explain(decided(), aSlice())).toBe(
    'At 2020-01-18T13:45:31.000Z slice 1 moves from small to large: the probability that R_99 exceeds ' +
      '180 ms within the horizon is 31.3 %, above 20 % in 3 of the last 5 ticks (3 needed), and 5 % on the ' +
      'cheapest flavor that is acceptable (at most 15 %). The lead time is 27 s (30 s horizon − 0 s age − ' +
      '3 s for a change).',
  );
});

test('what only would be done is told so in recommend mode', () => {
  const decision = { ...decided(), mode: 'recommend' as const };
  expect(explain(decision, aSlice())).toContain('would move from small to large');
});

test('what somebody asked for by hand is told as done, whatever the mode', () => {
  const decision = { ...decided(), mode: 'recommend' as const, reason: 'manual' as const };
  expect(explain(decision, aSlice())).toContain('moves from small to large');
});

test('a change that comes too late is told so, with the horizon to use', () => {
  expect(explain(decided(33), aSlice())).toContain('a horizon of 66 s would leave half of it');
});

test('a keep tells what the policy wanted, and an unknown number is called unknown', () => {
  const numbers = { cooldownLeftSeconds: null, wantedFlavor: 2 };
  const decision = { ...decided(), action: 'keep' as const, toFlavor: 1, numbers };
  const text = explain({ ...decision, reason: 'cooldown' }, aSlice());
  expect(text).toContain('unknown s of the cooldown are left');
  expect(text).toContain('Its policy wants large.');
});

test('what became of the change before is told as well', () => {
  const verification = {
    changeId: '1-7',
    status: 'verified' as const,
    verdict: 'load-explains' as const,
    feltMs: 4000,
  };
  expect(explain({ ...decided(), verification }, aSlice())).toContain(
    'Change 1-7 is verified: the KPI was worse than forecast and than before, as it would be on the ' +
      'flavor before; the KPI felt it 4 s after it was applied.',
  );
});
