import { describe, expect, test } from 'vitest';
import { ChangeOutcomes } from '../../src/domain/change-outcomes.ts';

const clock = { horizonSteps: 30, stepMs: 1000 };
const day = 24 * 3600;

/** Forecasts of 5 made at the ticks before a change; then the KPI comes, up to where the horizon ends. */
function change(outcomes: ChangeOutcomes, at: number, actual: number): void {
  for (let tick = at - 60; tick < at; tick += 1) outcomes.await(tick, 5);
  outcomes.begin(at);
  for (let tick = at; tick < at + 60; tick += 1) outcomes.observe(tick, actual);
}

describe('the outcomes of changes', () => {
  test('are how far the KPI came from what was forecast before, at targets after the change', () => {
    const outcomes = new ChangeOutcomes(clock);
    for (let tick = 0; tick < 100; tick += 1) outcomes.await(tick, tick);
    outcomes.begin(100);
    for (let tick = 100; tick < 160; tick += 1) outcomes.observe(tick, tick);
    // Every other of the 30 targets; each was forecast 30 ticks before.
    expect(outcomes.weighted(160)).toEqual([{ residuals: Array(15).fill(30), weight: 1 }]);
  });

  test('of a KPI that comes late, or not at all, are those that are known', () => {
    const outcomes = new ChangeOutcomes(clock);
    for (let tick = 0; tick < 100; tick += 1) outcomes.await(tick, 5);
    outcomes.begin(100);
    expect(outcomes.weighted(100)).toEqual([]);
    outcomes.observe(104, 7);
    outcomes.observe(102, 6);
    outcomes.observe(102, 9);
    expect(outcomes.weighted(105)).toEqual([{ residuals: [1, 2], weight: 1 }]);
  });

  test('weigh half as much a day later, so that a flavor is tried again one day', () => {
    const outcomes = new ChangeOutcomes(clock);
    change(outcomes, 1000, 8);
    change(outcomes, 1000 + day, 6);
    expect(outcomes.weighted(1000 + day).map(({ weight }) => weight)).toEqual([0.5, 1]);
  });

  test('are bounded, and so is what is awaited', () => {
    const outcomes = new ChangeOutcomes({ ...clock, horizonSteps: 300 });
    for (let k = 1; k <= 50; k += 1) change(outcomes, 1000 * k, 6);
    for (let tick = 60_000; tick < 70_000; tick += 1) outcomes.await(tick, 5);
    const { awaited, changes } = outcomes.checkpoint();
    expect(awaited.length).toBeLessThanOrEqual(300);
    expect(changes.length).toBe(16);
    expect(Math.max(...changes.map(({ residuals }) => residuals.length))).toBeLessThanOrEqual(16);
  });

  test('go on as they were after a restart', () => {
    const whole = new ChangeOutcomes(clock);
    change(whole, 1000, 6);
    for (let tick = 1900; tick < 2000; tick += 1) whole.await(tick, 4);
    const restored = new ChangeOutcomes(clock);
    restored.restore(JSON.parse(JSON.stringify(whole.checkpoint())));
    for (const each of [whole, restored]) {
      each.begin(2000);
      for (let tick = 2000; tick < 2030; tick += 1) each.observe(tick, 9);
    }
    expect(restored.weighted(2030)).toEqual(whole.weighted(2030));
    expect(whole.weighted(2030)).toHaveLength(2);
  });
});
