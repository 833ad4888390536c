import type { Tick } from '../step-through.ts';
import { bar, paint, type Screen } from './terminal.ts';

/** The live line: where in the load, what is in force, what is forecast. */
export function showTick(screen: Screen, tick: Tick, done: number, of: number): void {
  const { forecast, decision, flavorInForce } = tick;
  const own = forecast.forecasts.find(({ flavorId }) => flavorId === flavorInForce);
  const kpi = forecast.observedKpi === null ? '–' : forecast.observedKpi.toFixed(0);
  const ahead =
    own === undefined
      ? 'no forecast'
      : `${own.quantiles.q50.toFixed(0)} ms (${own.quantiles.q10.toFixed(0)}–${own.quantiles.q90.toFixed(0)}), P(violation) ${own.violationProbability.toFixed(2)}`;
  if (decision.action === 'change') {
    const lead =
      decision.leadTimeSeconds === null ? '' : `, ${decision.leadTimeSeconds.toFixed(0)} s ahead`;
    const direction =
      decision.toFlavor > decision.fromFlavor ? paint('red', '▲') : paint('green', '▼');
    screen.line(
      `  ${direction} second ${String(done).padStart(4)}: flavor ${decision.fromFlavor} → ${decision.toFlavor}, ${decision.reason}${lead} ${paint('dim', numbersOf(decision.numbers))}`,
    );
  }
  screen.moving(
    `  ${bar(done / of, 20)}  flavor ${flavorInForce}  KPI ${kpi.padStart(4)} ms  in 30 s ${ahead}`,
  );
}

function numbersOf(numbers: Readonly<Record<string, number | null>>): string {
  const shown = Object.entries(numbers).slice(0, 4);
  return shown
    .map(([name, value]) => `${name} ${value === null ? '–' : Number(value.toFixed(3))}`)
    .join(', ');
}
