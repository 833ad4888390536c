/** `npm run tune`: fits the slice's predictive policy to its own record and price, on past cycles alone. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AppError } from '@slicecast/platform';
import { jobOf, replayArguments, replayUsage } from '../options.ts';
import type { Trial } from './trial.ts';
import { tunePredictive } from './tune-policies.ts';

const usage = `Usage: npm run tune [-- OPTIONS]
  Prints a policy for PUT /api/v1/slices/ID/policy and for the --policy of npm run replay.
${replayUsage}`;

try {
  const { values } = parseArgs({ options: replayArguments });
  if (values.help) console.log(usage);
  else await tune(values);
} catch (error) {
  const told = error instanceof AppError || (error instanceof TypeError && 'code' in error);
  console.error(told ? error.message : error);
  process.exitCode = 1;
}

async function tune(values: Parameters<typeof jobOf>[0]): Promise<void> {
  const job = await jobOf(values);
  const { standing, best, chosen } = tunePredictive(job, tell);
  const learned = (job.span.from * job.recording.stepMs) / 1000;
  const stays = chosen === standing ? ', within one standard error of the one that stands' : '';
  tell(`at a horizon of ${chosen.horizonSeconds} s, which is a setting of the slice`);
  tell(`on ${learned} s: as it stands ${price(standing)}, best ${price(best)}${stays}`);
  const text = JSON.stringify(chosen.policy, null, 2);
  if (values.report === undefined) console.log(text);
  else await writeFile(values.report, `${text}\n`);
}

function price({ prices }: Trial): string {
  const parts = prices.map((each) => Math.round(each));
  return `${parts.reduce((sum, each) => sum + each, 0)} (${parts.join(' + ')})`;
}

/** To the error output, so that what is printed is the policy alone. */
function tell(what: string): void {
  console.error(`  ${what}`);
}
