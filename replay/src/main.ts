/** `npm run replay`: the live service's forecasts and decisions over a record, policy beside policy. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AppError } from '@slicecast/platform';
import { comparePolicies } from './judge/compare.ts';
import {
  instantOf,
  jobOf,
  policyOf,
  replayArguments,
  replayUsage,
  termsOf,
  wholeOf,
} from './options.ts';
import { readRun } from './record/read-run.ts';
import { replayRecord } from './record/replay-record.ts';
import { type ReplayReport, reportOn } from './report/report.ts';
import { showRecord, showReport } from './report/show-report.ts';
import { trainModels } from './run/train-models.ts';
import { syntheticCases } from './synthetic/cases.ts';
import { jobOfCase, judgeCase } from './synthetic/judge-case.ts';
import { baselines } from './tune/tune-policies.ts';

const usage = `Usage: npm run replay [-- OPTIONS]
  --policy FILE              judge this policy (JSON or YAML) beside the slice's own
  --record FOLDER            instead of files, what a live run left in its data folder (stop it first,
                             or copy the folder): decides it again, and what each policy would have done
  --record kafka             the same from Kafka, as KAFKA_BROKERS, KAFKA_TLS, KAFKA_SASL_… name it
  --synthetic                instead of files, made-up loads of which a threshold cannot know enough,
                             every policy fitted to the first half of each: takes six minutes of one processor
  --seed N                   of the made-up loads (default 11)
${replayUsage}`;

try {
  const { values } = parseArgs({ options: replayArguments });
  if (values.help) console.log(usage);
  else if (values.synthetic) await replaySynthetic(values);
  else if (values.record !== undefined) await replayRun(values.record, values);
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

/** The synthetic cases, one table each. */
async function replaySynthetic(values: Parameters<typeof jobOf>[0]): Promise<void> {
  const terms = termsOf(values);
  const seed = wholeOf(values.seed, '--seed');
  const reports: Record<string, ReplayReport> = {};
  for (const each of syntheticCases) {
    tell(each.name);
    const report = judgeCase(jobOfCase(each, seed, terms), tell);
    reports[each.name] = report;
    console.log(`${each.name}: a threshold does not know ${each.unknown}`);
    for (const line of showReport(report)) console.log(line);
    console.log('');
  }
  if (values.report === undefined) return;
  await writeFile(values.report, `${JSON.stringify(reports, null, 2)}\n`);
}

/** A live run's own record. */
async function replayRun(
  where: string,
  { slice, from, to, policy, report }: Parameters<typeof jobOf>[0],
): Promise<void> {
  const span = {
    sliceId: wholeOf(slice ?? '1', '--slice'),
    fromMs: from === undefined ? 0 : instantOf(from, '--from'),
    toMs: to === undefined ? Number.MAX_SAFE_INTEGER : instantOf(to, '--to'),
  };
  const record = await readRun(where, span, process.env);
  const newest = record.ticks.at(-1)?.slice;
  const given =
    policy === undefined || newest === undefined ? {} : { given: await policyOf(policy, newest) };
  const own = newest === undefined ? {} : { [newest.policy.kind]: newest.policy };
  const told = replayRecord(record, { reactive: { kind: 'reactive' }, ...own, ...given });
  for (const line of showRecord(told)) console.log(line);
  if (report !== undefined) await writeFile(report, `${JSON.stringify(told, null, 2)}\n`);
}

/** Progress goes to the terminal alone, so that the table can be piped. */
function tell(what: string): void {
  if (process.stderr.isTTY) console.error(`  ${what} …`);
}
