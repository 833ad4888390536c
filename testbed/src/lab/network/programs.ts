import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { requireProgram } from '../../servers/find-program.ts';
import { ServerUnavailable } from '../../servers/server-unavailable.ts';

const run = promisify(execFile);

/** Paths of what a lab is made with. */
export interface LabPrograms {
  readonly ip: string;
  readonly tc: string;
  readonly prometheus: string;
  readonly nodeExporter: string;
}

/** Debian keeps them off the path of some users. */
const folders = ['/usr/sbin', '/sbin'];

/** Rejects with ServerUnavailable, which names what is missing and the remedy. */
export async function requireLab(): Promise<LabPrograms> {
  if (process.getuid?.() !== 0) {
    throw unavailable('this process is not root', 'Run it as root: it makes network namespaces');
  }
  const find = (program: string, pack: string) =>
    requireProgram('the lab', program, `Install it (Debian: ${pack}).`, folders);
  const programs = {
    ip: await find('ip', 'iproute2'),
    tc: await find('tc', 'iproute2'),
    prometheus: await find('prometheus', 'prometheus'),
    nodeExporter: await find('prometheus-node-exporter', 'prometheus-node-exporter'),
  };
  await requireNamespaces(programs);
  return programs;
}

/** Root inside a container may lack the capability, and a kernel the shaper. */
async function requireNamespaces({ ip, tc }: LabPrograms): Promise<void> {
  const name = `slicecast-check-${process.pid}`;
  const shape = ['qdisc', 'add', 'dev', 'lo', 'root', 'tbf'];
  const rate = ['rate', '1mbit', 'burst', '10kb', 'latency', '50ms'];
  try {
    await run(ip, ['netns', 'add', name]);
    await run(ip, ['-n', name, 'link', 'add', 'check', 'type', 'veth', 'peer', 'name', 'peer']);
    await run(tc, ['-n', name, ...shape, ...rate]);
  } catch (error) {
    const remedy =
      'Give it CAP_SYS_ADMIN and CAP_NET_ADMIN (in a container: --privileged) and a kernel with veth and sch_tbf';
    throw unavailable('network namespaces with a shaped link are refused here', remedy, error);
  } finally {
    await run(ip, ['netns', 'delete', name]).catch(() => undefined);
  }
}

function unavailable(lacks: string, remedy: string, cause?: unknown): ServerUnavailable {
  const words = cause instanceof Error ? `${lacks} (${cause.message.trim()})` : lacks;
  return new ServerUnavailable('the lab', words, `${remedy}.`, cause);
}
