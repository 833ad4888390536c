import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseOptions } from '../src/options.ts';

const needed = ['--x', 'x.csv', '--y', 'y.csv', '--kpi', 'R_99'];

test('paths are taken from the folder where the command was called', () => {
  const options = parseOptions([...needed, '--report', 'out/r.json'], '/here');
  expect(options).toMatchObject({
    x: join('/here', 'x.csv'),
    report: join('/here', 'out/r.json'),
    plot: join('/here', 'backtest.svg'),
    predictions: undefined,
    job: { horizonSeconds: 30, test: { kind: 'split', share: 0.7 }, liveKpi: true, k: 15 },
  });
});

test('every option reaches the job', () => {
  const more = ['--rolling', '--no-live-kpi', '--k', 'auto', '--bound=-5', '--horizon', '60'];
  const options = parseOptions([...needed, ...more, '--plot', 'none', '--seed', '7'], '/here');
  expect(options).toMatchObject({
    plot: undefined,
    job: {
      horizonSeconds: 60,
      test: { kind: 'rolling' },
      liveKpi: false,
      k: 'auto',
      bound: -5,
      seed: 7,
    },
  });
});

test('help is asked for without the rest', () => {
  expect(parseOptions(['--help'], '/here')).toBe('help');
});

test.each([
  [['--y', 'y', '--kpi', 'k'], '--x: is missing; give a CSV file of the metrics'],
  [['--x', 'x', '--y', 'y'], "--kpi: is missing; give the KPI's column in --y"],
  [[...needed, '--hoizon', '30'], "options: unknown option '--hoizon'; they are --x, --y, --kpi,"],
  [[...needed, 'more'], "options: unexpected argument 'more'; they are --x,"],
  [[...needed, '--k'], "options: option '--k <value>' argument missing; they are --x,"],
  [[...needed, '--bound', '-5'], 'the value of --bound begins with a dash; write --bound=VALUE'],
  [[...needed, '--horizon', '1.5'], '--horizon: `1.5` does not do; give whole seconds, 1 or more'],
  [[...needed, '--split', '70'], '--split: `70` does not do; give a share above 0 and below 1'],
  [[...needed, '--k', 'many'], '--k: `many` does not do; give auto, or 1 to 1000'],
  [[...needed, '--bound', 'high'], "--bound: `high` does not do; give a number in the KPI's unit"],
  [
    [...needed, '--rolling', '--split', '.5'],
    '--split: goes not with --rolling; give one of the two',
  ],
])('%j is refused in one line that names option, value and remedy', (argv, line) => {
  const refused = refusalOf(() => parseOptions(argv, '/here'));
  expect(refused).toContain(line);
  expect(refused).not.toContain('\n');
});

function refusalOf(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('it was taken');
}
