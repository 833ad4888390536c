import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ForecastAt, runDecider, ticksFrom } from './run-decider.ts';
import { aForecast, aSlice, predictivePolicy, T0 } from './samples.ts';
import { appliedAt, endsAt, type Second, watchChange } from './watched-change.ts';

const level = fc.constantFrom<number[]>(20, 60, 100, 170, 200, 400, 900);
const second = fc.record({
  kpi: fc.option(level, { freq: 8 }),
  small: fc.option(level, { freq: 20 }),
  large: fc.option(level, { freq: 20 }),
});

/** Levels that hold for a while, with single seconds that differ: what verdicts other than chance come of. */
const seconds = fc
  .array(fc.record({ for: fc.integer({ min: 1, max: 60 }), is: second, odd: fc.array(second) }), {
    minLength: 3,
    maxLength: 12,
  })
  .map((spans) =>
    spans.flatMap(({ for: length, is, odd }) =>
      Array.from({ length }, (_, i) => (i % 5 === 4 ? odd[i] : undefined) ?? is),
    ),
  );

/** The KPI triples with the change, against both forecasts. */
const worse: readonly SeenSecond[] = Array.from({ length: 140 }, (_, at) => ({
  kpi: at < 60 ? 100 : 300,
  small: 200,
  large: 60,
}));

type SeenSecond = typeof second extends fc.Arbitrary<infer T> ? T : never;

function secondsOf(all: readonly SeenSecond[]) {
  return (at: number): Second => {
    const { kpi = null, small = null, large = null } = all[at] ?? {};
    return { kpi, expected: { 1: small, 2: large } };
  };
}

/** The seconds of the window, after the KPI had time to settle. */
const inWindow = Array.from({ length: 31 }, (_, i) => 70 + i);

const property = (check: (secondAt: (at: number) => Second) => void) =>
  fc.assert(
    fc.property(seconds, (all) => check(secondsOf(all))),
    { numRuns: 500, examples: [[worse]] },
  );

test('every change is verified by the end of its window, and only what is worse before it', () => {
  property((secondAt) => {
    const watch = watchChange(secondAt);
    expect(watch?.at).toBeGreaterThanOrEqual(appliedAt);
    expect(watch?.at).toBeLessThanOrEqual(endsAt);
    if (watch?.at !== endsAt) expect(watch?.verdict).toBe('worse');
  });
});

test('nothing is worse while most of its ticks keep to the forecast, to the past, to the flavor before or to the SLA', () => {
  let found = 0;
  property((secondAt) => {
    const watch = watchChange(secondAt);
    if (watch?.verdict !== 'worse') return;
    found += 1;
    const { running } = watch.verified.watched ?? {};
    const until = inWindow.filter((at) => T0 + at * 1000 <= watch.at);
    const seen = until.map(secondAt).filter(({ kpi }) => kpi !== null);
    const count = (holds: (each: Second) => boolean) => seen.filter(holds).length;
    const beyond = (value: number | null, median: number | null | undefined) =>
      value !== null && median != null && value > 1.1 * median;
    const bad = count(({ kpi }) => (kpi ?? 0) > 180);
    expect(3 * bad).toBeGreaterThanOrEqual(seen.length);
    const all = (each: Second) =>
      beyond(each.kpi, each.expected[2]) &&
      beyond(each.kpi, each.expected[1]) &&
      (each.kpi ?? 0) > (running?.before ?? Number.POSITIVE_INFINITY);
    expect(count(all)).toBeGreaterThanOrEqual(12);
    // And on the flavor before it would be better a horizon later.
    const next = secondAt((watch.at - T0) / 1000 + 30).expected[1];
    expect(next).not.toBeNull();
  });
  expect(found).toBeGreaterThan(0);
});

test('the verdict does not depend on the unit of the KPI', () => {
  property((secondAt) => {
    const scaled = (at: number): Second => {
      const { kpi, expected } = secondAt(at);
      const by = (value: number | null | undefined) => (value == null ? null : 1000 * value);
      return { kpi: by(kpi), expected: { 1: by(expected[1]), 2: by(expected[2]) } };
    };
    const sla = { ...aSlice().sla, bound: 180_000 };
    const [plain, other] = [watchChange(secondAt), watchChange(scaled, { slice: { sla } })];
    expect([other?.verdict, other?.at, other?.feltMs]).toEqual([
      plain?.verdict,
      plain?.at,
      plain?.feltMs,
    ]);
  });
});

const spell = fc.record({
  seconds: fc.integer({ min: 20, max: 200 }),
  /** KPI under each flavor, what is forecast of it, and P(violation). */
  kpi: fc.tuple(level, level, level),
  medians: fc.tuple(level, level, level),
  risks: fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(0.01, 0.01, 0.9))),
});
const flavors = [
  { id: 1, name: 'small', pricePerHour: 1, rank: 1 },
  { id: 2, name: 'medium', pricePerHour: 2, rank: 2 },
  { id: 3, name: 'large', pricePerHour: 4, rank: 3 },
];

/** The small flavor is forecast to be well, and is not: whatever comes after, it is tried and left again. */
const broken = {
  seconds: 120,
  kpi: [900, 60, 20],
  medians: [100, 60, 20],
  risks: [0.01, 0.01, 0.01],
} satisfies typeof spell extends fc.Arbitrary<infer T> ? T : never;

test('a run takes back only its last change, leaves its flavor for the pause, and is the same through JSON', () => {
  let reverts = 0;
  const spells = fc.array(spell, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(spells, fc.constantFrom(2, 3), (all, flavorInForce) => {
      const bySecond = [broken, ...all].flatMap((each) =>
        Array<typeof each>(each.seconds).fill(each),
      );
      const forecastAt: ForecastAt = (at, slice) => {
        const now = bySecond[(at - T0) / 1000];
        if (now === undefined) throw new Error('no such second');
        const byFlavor = (values: readonly number[]) =>
          Object.fromEntries(values.map((value, i) => [i + 1, value]));
        const { epoch, flavorInForce: inForce } = slice;
        const observedKpi = now.kpi[inForce - 1] ?? null;
        const head = { epoch, flavorInForce: inForce, observedKpi, medians: byFlavor(now.medians) };
        return aForecast(at, byFlavor(now.risks), head);
      };
      const slice = aSlice({ flavorInForce, flavors, policy: predictivePolicy() });
      const options = { slice, ticks: ticksFrom(T0, bySecond.length), forecastAt };
      const run = runDecider(options);
      const again = runDecider({ ...options, roundTrip: true });
      expect(again.decisions).toEqual(run.decisions);
      const made = run.decisions.filter(({ action }) => action === 'change');
      made.forEach((decision, i) => {
        if (decision.reason !== 'worse-than-forecast') return;
        reverts += 1;
        const last = made[i - 1];
        expect(last?.id).toBe(decision.verification?.changeId);
        expect([last?.toFlavor, last?.fromFlavor]).toEqual([
          decision.fromFlavor,
          decision.toFlavor,
        ]);
        const isDown = decision.toFlavor > decision.fromFlavor;
        const soon = made.slice(i + 1).filter(({ at }) => at < decision.at + 300_000);
        for (const { fromFlavor, toFlavor } of soon) {
          const sameWay = isDown ? toFlavor < fromFlavor : toFlavor > fromFlavor;
          if (sameWay) expect(toFlavor).not.toBe(decision.fromFlavor);
        }
      });
      const ended = run.decisions.filter(({ verification }) => verification?.verdict != null);
      const ids = ended.map(({ verification }) => verification?.changeId);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 12 },
  );
  expect(reverts).toBeGreaterThan(0);
}, 60_000);
