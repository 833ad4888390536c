/** `npm run replay`: the live service's forecasts and decisions over a record, policy beside policy. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AppError } from '@slicecast/platform';
import { comparePolicies } from './judge/compare.ts';
import { jobOf, policyOf, replayArguments, replayUsage } from './options.ts';
import { reportOn } from './report/report.ts';
import { showReport } from './report/show-report.ts';
import { trainModels } from './run/train-models.ts';
import { baselines } from './tune/tune-policies.ts';

const usage = `Usage: npm run replay [-- OPTIONS]
  --policy FILE              judge this policy (JSON or YAML) beside the slice's own
${replayUsage}`;

try {
  const { values } = parseArgs({ options: replayArguments });
  if (values.help) console.log(usage);
  else await replay(values);
} catch (error) {
  const told = error instanceof AppError || (error instanceof TypeError && 'code' in error);
  console.error(told ? error.message : error);
  process.exitCode = 1;
}

async function replay(values: Parameters<typeof jobOf>[0] & { report?: string }): Promise<void> {
  const job = await jobOf(values);
  const { recording, slice, span } = job;
  const own = values.policy === undefined ? {} : { given: await policyOf(values.policy, slice) };
  tell('training on what lies before the judged part');
  const models = trainModels(recording, slice, span.from);
  const policies = { ...baselines(job, models, tell), [slice.policy.kind]: slice.policy, ...own };
  const outcomes = comparePolicies({ ...job, models, policies, tell });
  const report = reportOn(job, outcomes, policies);
  for (const line of showReport(report)) console.log(line);
  if (values.report === undefined) return;
  await writeFile(values.report, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nwritten to ${values.report}`);
}

/** Progress goes to the terminal alone, so that the table can be piped. */
function tell(what: string): void {
  if (process.stderr.isTTY) console.error(`  ${what} …`);
}
