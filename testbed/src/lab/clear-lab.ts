import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { namespaceOf, roles } from './network/layout.ts';
import { recordFile } from './record.ts';

const run = promisify(execFile);

/**
 * Ends every process in the lab's namespaces, then removes these, the host's link and the files, the
 * record last. Its own children see to themselves: what runs in a namespace is found by the kernel.
 */
const clear = `
ip=$1; id=$2; folder=$3; record=$4; shift 4
for namespace; do
  "$ip" netns pids "$namespace" 2>/dev/null | while read -r pid; do kill -9 "$pid" 2>/dev/null; done
done
for namespace; do "$ip" netns delete "$namespace" 2>/dev/null; done
"$ip" link delete "sclab-$id" 2>/dev/null
rm -rf -- "$folder" 2>/dev/null || { sleep 1; rm -rf -- "$folder"; }
rm -f -- "$record"
`;

/** Its input ends when its starter does, by SIGKILL too. */
const guard = `
while read -r word; do [ "$word" = leave ] && exit 0; done
${clear}`;

interface ClearedLab {
  readonly id: string;
  readonly folder: string;
}

export async function clearLab(ip: string, lab: ClearedLab): Promise<void> {
  await run('sh', ['-c', clear, 'clear-lab', ...argumentsOf(ip, lab)]);
}

/** Clears the lab when the process that called this dies, however it dies; until it is called off. */
export function guardLab(ip: string, lab: ClearedLab): { leave(): void } {
  const child = spawn('sh', ['-c', guard, 'guard-lab', ...argumentsOf(ip, lab)], {
    // A group of its own: what ends the starter from a terminal must not end the guard with it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  const { stdin } = child;
  stdin.on('error', () => stdin.destroy());
  return { leave: () => void stdin.end('leave\n') };
}

function argumentsOf(ip: string, { id, folder }: ClearedLab): string[] {
  return [ip, id, folder, recordFile(id), ...roles.map((role) => namespaceOf(id, role))];
}
