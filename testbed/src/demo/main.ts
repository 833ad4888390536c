/** `npm run demo`: the main job, end to end, on recorded data, on one machine. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runDemo } from './run-demo.ts';
import { createScreen, paint } from './view/terminal.ts';

const usage = `Usage: npm run demo [-- OPTIONS]
  --report FILE          write the summary as JSON
  --live-seconds N       step through the first N seconds of the live part only
  --log-level LEVEL      show the services' logs from this level on (default: fatal)
  --help`;

try {
  const { values } = parseArgs({
    options: {
      report: { type: 'string' },
      'live-seconds': { type: 'string' },
      'log-level': { type: 'string', default: 'fatal' },
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
}): Promise<void> {
  const summary = await runDemo({
    screen: createScreen(),
    logLevel: values['log-level'],
    liveSeconds: secondsOf(values['live-seconds']),
  });
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
