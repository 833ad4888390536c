/** `npm run demo`: the main job, end to end, on recorded data, on one machine. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runDemo } from './run-demo.ts';
import { runRealDemo } from './run-real-demo.ts';
import { createScreen, paint } from './view/terminal.ts';

const usage = `Usage: npm run demo [-- OPTIONS]
  --report FILE          write the summary as JSON
  --live-seconds N       step through the first N seconds of the live part only
  --real                 separate services on Kafka, PostgreSQL, InfluxDB and Prometheus, which it
                         fetches and starts; in real time (default: 240 live seconds)
  --log-level LEVEL      show the services' logs from this level on (default: fatal)
  --help`;

try {
  const { values } = parseArgs({
    options: {
      report: { type: 'string' },
      'live-seconds': { type: 'string' },
      'log-level': { type: 'string', default: 'fatal' },
      real: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) console.log(usage);
  else await demo(values);
  process.exit(0);
} catch (error) {
  console.error(`\n${paint('red', 'The demo failed:')} ${messageOf(error)}`);
  process.exit(1);
}

async function demo(values: {
  report?: string | undefined;
  'live-seconds'?: string | undefined;
  'log-level': string;
  real: boolean;
}): Promise<void> {
  const liveSeconds = secondsOf(values['live-seconds']);
  const options = { screen: createScreen(), logLevel: values['log-level'] };
  const summary = values.real
    ? await runRealDemo({ ...options, liveSeconds: liveSeconds ?? 240 })
    : await runDemo({ ...options, liveSeconds });
  if (values.report === undefined) return;
  await writeFile(values.report, `${JSON.stringify(summary, null, 2)}\n`);
  console.log(`  summary written to ${values.report}`);
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new Error(`--live-seconds ${text} is not a whole number above 0`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
