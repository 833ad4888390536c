import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { csv, recording } from './fakes/recording.ts';
import { runCommand } from './fakes/run-command.ts';
import { temporaryFolder } from './fakes/temporary-file.ts';

/** X and Y of one recording in a folder; its times as the text that `timeOf` makes of epoch ms. */
function files(timeOf: (at: number) => string, rows = 500) {
  const folder = temporaryFolder();
  const { x, y } = recording({ rows });
  const names = x.columns.map(({ name }) => name);
  const cells = (row: number) => x.columns.map(({ values }) => values[row] ?? '');
  const times = Array.from(x.at, timeOf);
  const kpi = y.columns[0]?.values ?? new Float64Array();
  writeFileSync(
    join(folder, 'x.csv'),
    csv([['when', ...names], ...times.map((time, row) => [time, ...cells(row)])]),
  );
  writeFileSync(
    join(folder, 'y.csv'),
    csv([['when', 'p99'], ...times.map((time, row) => [time, kpi[row] ?? ''])]),
  );
  return { folder, args: ['--x', 'x.csv', '--y', 'y.csv', '--kpi', 'p99', '--timestamp', 'when'] };
}

function readNumbers(path: string): readonly (readonly string[])[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.split(','));
}

test.each([
  ['epoch seconds', (at: number) => String(at / 1000)],
  ['epoch milliseconds', (at: number) => String(at)],
  ['RFC 3339', (at: number) => new Date(at).toISOString()],
])(
  'the figures are those of the predictions, whose times are %s as in the input',
  async (_, of) => {
    const { folder, args } = files(of);
    const more = [
      '--horizon',
      '10',
      '--bound',
      '100',
      '--predictions',
      'p.csv',
      '--report',
      'r.json',
    ];
    const { code, stdout, stderr } = await runCommand(folder, [...args, ...more]);
    expect([code, stderr]).toEqual([0, '']);
    const report = JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8'));
    const [header, ...lines] = readNumbers(join(folder, 'p.csv'));
    expect(header?.join(',')).toBe(
      'origin,target,forecast,lower80,upper80,lower95,upper95,probability',
    );
    const kpi = new Map(
      readNumbers(join(folder, 'y.csv')).map(([at, value]) => [at, Number(value)]),
    );
    const total = { error: 0, still: 0, actual: 0, in80: 0, in95: 0 };
    for (const [origin = '', target = '', ...figures] of lines) {
      const [forecast = 0, lower80 = 0, upper80 = 0, lower95 = 0, upper95 = 0, probability = 0] =
        figures.map(Number);
      const actual = kpi.get(target) ?? Number.NaN;
      total.error += Math.abs(forecast - actual);
      total.still += Math.abs((kpi.get(origin) ?? Number.NaN) - actual);
      total.actual += actual;
      total.in80 += Number(lower80 <= actual && actual <= upper80);
      total.in95 += Number(lower95 <= actual && actual <= upper95);
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
      expect(lower95 <= lower80 && lower80 <= forecast && forecast <= upper80).toBe(true);
    }
    expect(lines).toHaveLength(140);
    expect(lines[0]?.slice(0, 2)).toEqual(
      [350, 360].map((row) => of(1_700_000_000_000 + 1000 * row)),
    );
    expect(report.nmae).toBeCloseTo(total.error / total.actual, 9);
    expect(report.persistenceNmae).toBeCloseTo(total.still / total.actual, 9);
    expect(report.coverage80).toBeCloseTo(total.in80 / 140, 9);
    expect(report.coverage95).toBeCloseTo(total.in95 / 140, 9);
    expect(report.nmae).toBeLessThan(report.persistenceNmae);
    expect(report.trainingSeconds).toBeGreaterThan(0);
    expect(report.forecastMillisecondsP99).toBeGreaterThan(0);
    expect(report.models.map(({ model }: { model: string }) => model)).toContain('persistence');
    expect(stdout).toContain('← in charge');
    expect(readFileSync(join(folder, 'backtest.svg'), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  },
);

test('without a bound there is no probability, and without a plot no file of one', async () => {
  const { folder, args } = files(String, 400);
  const more = ['--predictions', 'p.csv', '--plot', 'none', '--horizon', '10', '--no-live-kpi'];
  const { code } = await runCommand(folder, [...args, ...more]);
  expect(code).toBe(0);
  const [header] = readNumbers(join(folder, 'p.csv'));
  expect(header?.at(-1)).toBe('upper95');
  expect(existsSync(join(folder, 'backtest.svg'))).toBe(false);
});

test.each([
  [['--y', 'no.csv'], '--y no.csv: there is no such file; give the path of a CSV file\n'],
  [
    ['--kpi', 'p50'],
    '--y y.csv: has no column `p50`; name one of its own with --kpi: `when`, `p99`\n',
  ],
  [['--fast'], /^options: unknown option '--fast'; they are --x, [^\n]*\n$/],
  [['--report', 'no/r.json'], /^--report: [^\n]* is no folder; make it, or give a path in one\n$/],
  [['--horizon', '60'], /^--y: no model can be trained on the first 350 of 500 rows: [^\n]*\n$/],
])('%j ends with code 2, one line and nothing else', async (more, line) => {
  const { folder, args } = files(String);
  const { code, stdout, stderr } = await runCommand(folder, [...args, ...more]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(line);
});

test('help says every option', async () => {
  const { code, stdout } = await runCommand(temporaryFolder(), ['--help']);
  expect(code).toBe(0);
  for (const option of [
    '--x',
    '--y',
    '--kpi',
    '--timestamp',
    '--horizon',
    '--split',
    '--rolling',
  ]) {
    expect(stdout).toContain(`  ${option} `);
  }
});
