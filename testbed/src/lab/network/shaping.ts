import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Layout, shapedLink } from './layout.ts';
import type { LabPrograms } from './programs.ts';

const run = promisify(execFile);

/** A rate as `tc` and a flavor's parameter name it. */
export const bandwidthPattern = '[0-9]{1,4}mbit';

/** Above rate / HZ for all rates of a lab, and a packet of any veth passes. */
const burst = '16kb';
/** What waits longer than this is dropped: about what a switch's buffer holds. */
const latency = '400ms';

/** The command that gives the server's answers a bandwidth; in place of one that was set before. */
export function shapeCommand(
  { ip, tc }: LabPrograms,
  { namespaces }: Layout,
  bandwidth: string,
): [string, ...string[]] {
  const inside = [ip, 'netns', 'exec', namespaces.server, tc] as const;
  const where = ['qdisc', 'replace', 'dev', shapedLink, 'root'];
  return [...inside, ...where, 'tbf', 'rate', bandwidth, 'burst', burst, 'latency', latency];
}

export async function shapeLink(
  programs: LabPrograms,
  layout: Layout,
  bandwidth: string,
): Promise<void> {
  const [program, ...args] = shapeCommand(programs, layout, bandwidth);
  await run(program, args);
}

/** The shaper as the kernel shows it, e.g. `tbf … rate 8Mbit …`. */
export async function shownShape({ ip, tc }: LabPrograms, namespace: string): Promise<string> {
  const show = ['netns', 'exec', namespace, tc, 'qdisc', 'show', 'dev', shapedLink];
  const { stdout } = await run(ip, show);
  return stdout.trim();
}
