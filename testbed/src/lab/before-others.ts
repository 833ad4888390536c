import { setPriority } from 'node:os';

/**
 * Has a process run before other work of the machine, whose bursts would be felt as the link's otherwise.
 * Root may be refused that (a container without CAP_SYS_NICE); the lab works all the same.
 *
 * @param niceness -20 to 0, the lowest first
 * @returns whether it was allowed
 */
export function runBeforeOthers(pid: number, niceness: number): boolean {
  try {
    setPriority(pid, niceness);
    return true;
  } catch {
    return false;
  }
}
