import { readFile } from 'node:fs/promises';

/**
 * When a process began, in the kernel's own units since boot, with the boot's id; null where there
 * is no /proc. One that has ended and only waits for its parent to notice gives `ended`, which is
 * no process' start.
 */
export async function processStartOf(pid: number): Promise<string | null> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field is the command in parentheses and may hold anything; the start is the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return 'ended';
    return `${boot.trim()} ${fields[19]}`;
  } catch {
    return null;
  }
}
