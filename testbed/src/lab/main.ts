/** `npm run lab -- up|down|status|accept`: a real service behind a real link, in network namespaces. */
import { ServerUnavailable } from '../servers/server-unavailable.ts';
import { accept } from './accept/command.ts';
import { down, status, up } from './up-and-down.ts';

const usage = `npm run lab -- <command>
  up [--shape constant|sinusoid|poisson|trapezoid|flash-crowd] [--period-seconds 120] [--seed 1]
     [--slicecast http://127.0.0.1:13131]
                 starts the lab; its KPI is streamed to slice 1 of the Slicecast there
  status         prints what is up
  down           ends what up has started, and removes what a crash has left
  accept [--minutes 45] [--report OUT.json] [--seed 1] [--seeds 1] [--log-level fatal]
                 profiles both flavors, trains, and compares four policies under the same load;
                 minutes are for each seed, without the training
SLICECAST_LAB names the lab that is meant (default: up).
Needs root and Debian's iproute2, prometheus and prometheus-node-exporter.`;

const commands: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = {
  up,
  status,
  down,
  accept,
};

const [command = '', ...words] = process.argv.slice(2);
const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
try {
  if (run === undefined) {
    console.error(usage);
    process.exitCode = 2;
  } else await run(words);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = isUse(error) ? 2 : 1;
}
// A run that failed may have left timers.
process.exit();

/** A lab that cannot be had, or is used wrongly, is told in a line; what should not happen with its place. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ServerUnavailable) return error.message;
  return isUse(error) ? `${error.message}\n${usage}` : (error.stack ?? error.message);
}

function isUse(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('ERR_PARSE_ARGS')
  );
}
