import type { FlavorSummary, Summary } from '../summarise.ts';
import { paint, type Screen, table } from './terminal.ts';

const flavorNames: Readonly<Record<string, string>> = { 1: '10Mbit', 2: '30Mbit' };

export function showSummary(screen: Screen, summary: Summary): void {
  screen.line();
  screen.line(paint('bold', `Summary of ${summary.ticks} seconds under the recorded load`));
  for (const line of forecastLines(summary)) screen.line(`  ${line}`);
  screen.line();
  for (const line of outcomeLines(summary)) screen.line(`  ${line}`);
  screen.line();
  const { changes, callbacks } = summary;
  const leads = changes.flatMap(({ leadTimeSeconds }) => leadTimeSeconds ?? []);
  const shortest = leads.length === 0 ? '–' : `${Math.min(...leads).toFixed(0)} s`;
  screen.line(`  ${changes.length} changes of flavor, shortest lead time ${shortest}`);
  const events = callbacks.map(({ event, flavorId }) => `${event} for flavor ${flavorId}`);
  screen.line(`  ${callbacks.length} callbacks received: ${events.join(', ') || 'none'}`);
  screen.line(`  ${summary.seconds.toFixed(0)} s in all`);
}

function forecastLines({ flavors }: Summary): readonly string[] {
  const row = ([flavorId, flavor]: [string, FlavorSummary]) => [
    `flavor ${flavorId} (${flavorNames[flavorId] ?? ''})`,
    flavor.nmae.toFixed(4),
    flavor.persistenceNmae.toFixed(4),
    `${(100 * (1 - flavor.nmae / flavor.persistenceNmae)).toFixed(0)} %`,
    `${(100 * flavor.coverage80).toFixed(1)} %`,
    flavor.model,
    `${flavor.trainingSeconds.toFixed(1)} s`,
  ];
  return table([
    [
      'forecast 30 s ahead',
      'NMAE',
      'persistence',
      'better by',
      'in 80 % interval',
      'model',
      'training',
    ],
    ...Object.entries(flavors).map(row),
  ]);
}

function outcomeLines({ violationSeconds, cost }: Summary): readonly string[] {
  const beyond = (seconds: number) => String(seconds - violationSeconds.largeOnly);
  const share = (value: number) => `${((100 * value) / cost.largeOnly).toFixed(0)} %`;
  return table([
    ['policy', 'violation-seconds', 'beyond large only', 'cost', 'of large only'],
    [
      'slicecast',
      `${violationSeconds.slicecast}`,
      beyond(violationSeconds.slicecast),
      `${cost.slicecast}`,
      share(cost.slicecast),
    ],
    [
      'small only',
      `${violationSeconds.smallOnly}`,
      beyond(violationSeconds.smallOnly),
      `${cost.smallOnly}`,
      share(cost.smallOnly),
    ],
    ['large only', `${violationSeconds.largeOnly}`, '0', `${cost.largeOnly}`, '100 %'],
  ]);
}
