/** `npm run faults`: ends every real server and every service in turn while the suite works, and counts at the far end. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { table } from '../demo/view/terminal.ts';
import { type FaultReport, runFaults } from './run-faults.ts';

const usage = `Usage: npm run faults [-- OPTIONS]
  --report FILE   write the outcome as JSON
  --help`;

try {
  const { values } = parseArgs({
    options: { report: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) console.log(usage);
  else await run(values.report);
  process.exit();
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exit(1);
}

async function run(file: string | undefined): Promise<void> {
  const report = await runFaults((what) => console.log(`  ${what}`));
  for (const line of linesOf(report)) console.log(line);
  if (file !== undefined) await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  const { samples, ticks, changes } = report;
  const harm = samples.lost + samples.doubled + ticks.lost + ticks.doubled + changes.appliedTwice;
  if (harm > 0) process.exitCode = 1;
}

function linesOf({ recoveries, samples, ticks, changes }: FaultReport): readonly string[] {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)}`;
  return [
    '',
    ...table([
      ['ended with kill -9', 'decides after, s', 'ready after, s'],
      ...recoveries.map(({ name, decidesAfterMs, readyAfterMs }) => [
        name,
        seconds(decidesAfterMs),
        seconds(readyAfterMs),
      ]),
    ]),
    '',
    `numbered samples: ${samples.acknowledged} acknowledged, ${samples.lost} lost, ${samples.doubled} doubled in InfluxDB`,
    `decided seconds: ${ticks.decided}, ${ticks.skipped} skipped, ${ticks.lost} lost, ${ticks.doubled} doubled in InfluxDB`,
    `changes: ${changes.applied} applied, ${changes.appliedTwice} decisions applied twice`,
  ];
}
