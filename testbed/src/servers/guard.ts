import { spawn } from 'node:child_process';

/** Ends a server and removes its folder when the process that started it dies, however it dies. */
export interface Guard {
  /** The process to end from now on; undefined when there is none. */
  watch(pid: number | undefined): void;
  /** Watches no more; the server and its folder are left as they are. */
  leave(): void;
}

/**
 * Reads process ids, a line each. Its input ends when its starter does, by SIGKILL too; the second
 * before the folder goes is for a server's own children, which see its end by themselves.
 */
const script = `
pid=
while read -r word; do
  [ "$word" = leave ] && exit 0
  pid=$word
done
[ -n "$pid" ] && kill -9 "$pid"
sleep 1
rm -rf -- "$1"
`;

export function startGuard(folder: string): Guard {
  const guard = spawn('sh', ['-c', script, 'guard', folder], {
    // A group of its own: what ends the starter from a terminal must not end the guard with it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  const { stdin } = guard;
  // A guard that is gone takes no words; the server then ends with stop() alone.
  stdin.on('error', () => stdin.destroy());
  return {
    watch: (pid) => void stdin.write(`${pid ?? ''}\n`),
    leave: () => void stdin.end('leave\n'),
  };
}
