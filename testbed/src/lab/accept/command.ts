import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { planOf } from './plan.ts';
import { closingLines, linesOfSeed, reportOn } from './report.ts';
import { runAcceptance, type SeedReport } from './run-acceptance.ts';

/** A cycle below this leaves no time for a ramp that a horizon can see. */
const fewestMinutes = 20;

/** `accept`: seeds one after the other, each on a lab of its own; the report is written after each. */
export async function accept(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      minutes: { type: 'string', default: '45' },
      report: { type: 'string' },
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '1' },
      'log-level': { type: 'string', default: 'fatal' },
    },
  });
  const minutes = wholeOf('minutes', values.minutes, fewestMinutes, 1440);
  const first = wholeOf('seed', values.seed, 0, 1e9);
  const count = wholeOf('seeds', values.seeds, 1, 100);
  const plan = planOf(minutes);
  const seeds: SeedReport[] = [];
  const tell = (what: string) =>
    console.log(`  ${new Date().toISOString().slice(11, 19)}  ${what}`);
  for (let seed = first; seed < first + count; seed += 1) {
    const report = await runAcceptance({ plan, seed, logLevel: values['log-level'], tell });
    seeds.push(report);
    for (const line of linesOfSeed(report)) console.log(line);
    if (values.report !== undefined) {
      const text = JSON.stringify(reportOn(plan, seeds), null, 2);
      await writeFile(values.report, `${text}\n`);
    }
  }
  for (const line of closingLines(reportOn(plan, seeds))) console.log(line);
}

function wholeOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} ${text}: send a whole number from ${least} to ${most}`);
}
