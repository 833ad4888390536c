import { expect, test } from 'vitest';
import { decideOnSilence, type SilenceInput } from '../../src/domain/decide-on-silence.ts';
import { initialDeciderState } from '../../src/domain/decider-state.ts';
import type { ChangeFact } from '../../src/domain/limits.ts';
import { aSlice, predictivePolicy, T0 } from './samples.ts';

const policy = predictivePolicy({ silenceSeconds: 60, safeFlavor: 2 });

function input(secondsLater: number, changes: Partial<SilenceInput> = {}): SilenceInput {
  return {
    slice: aSlice({ policy }),
    state: { ...initialDeciderState(policy), at: T0, lastUsableAt: T0 },
    now: T0 + secondsLater * 1000,
    watchingSince: T0 - 5000,
    changes: [],
    ...changes,
  };
}

const fallback = (status: ChangeFact['status'], secondsLater = 60): ChangeFact => ({
  at: T0 + secondsLater * 1000,
  origin: 'silence',
  status,
  settledAt: status === 'applied' || status === 'failed' ? T0 + secondsLater * 1000 : null,
});

test('after the silence the slice goes to its safe flavor', () => {
  expect(decideOnSilence(input(60))?.decision).toMatchObject({
    id: `1-${T0 + 60_000}-silence`,
    at: T0 + 60_000,
    action: 'change',
    reason: 'silence-fallback',
    toFlavor: 2,
    numbers: { silenceSeconds: 60, silentForSeconds: 60 },
  });
});

test('a slice that is safe already is recorded as kept, once', () => {
  const safe = aSlice({ policy, flavorInForce: 2 });
  const first = decideOnSilence(input(60, { slice: safe }));
  expect(first?.decision).toMatchObject({ action: 'keep', reason: 'silence-fallback' });
  expect(decideOnSilence(input(90, { slice: safe, ...first }))).toBeNull();
});

const decided = decideOnSilence(input(60))?.state ?? initialDeciderState(policy);
const quiet: [string, SilenceInput][] = [
  ['before it is due', input(59.999)],
  ['before the owner has watched so long itself', input(80, { watchingSince: T0 + 30_000 })],
  ['when it was decided before', input(90, { state: decided })],
  [
    'when a crash lost the state but kept the change',
    input(90, { changes: [fallback('applied')] }),
  ],
  ['while a change is being carried out', input(90, { changes: [fallback('applying')] })],
  ['right after it failed', input(80, { state: decided, changes: [fallback('failed')] })],
  ['on a paused slice', input(90, { slice: aSlice({ policy, paused: true }) })],
  [
    'while a flavor is held by hand',
    input(90, { slice: aSlice({ policy, heldUntil: T0 + 91_000 }) }),
  ],
  [
    'without a safe flavor',
    input(90, { slice: aSlice({ policy: predictivePolicy({ silenceSeconds: 60 }) }) }),
  ],
  [
    'without a silence set',
    input(90, { slice: aSlice({ policy: predictivePolicy({ safeFlavor: 2 }) }) }),
  ],
  [
    'with a safe flavor that the slice has not',
    input(90, { slice: aSlice({ policy: { ...policy, safeFlavor: 7 } }) }),
  ],
  [
    'when the budget is spent',
    input(90, { slice: aSlice({ policy: { ...policy, maxChangesPerHour: 0 } }) }),
  ],
];

test.each(quiet)('nothing is decided %s', (_title, silence) => {
  expect(decideOnSilence(silence)).toBeNull();
});

test('a fallback that failed is tried again after the pause, under a name of its own', () => {
  const again = decideOnSilence(input(95, { state: decided, changes: [fallback('failed')] }));
  expect(again?.decision).toMatchObject({ id: `1-${T0 + 95_000}-silence`, action: 'change' });
});
