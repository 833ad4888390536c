import { readdir, readFile } from 'node:fs/promises';

/** What a process and its children took. */
export interface Taken {
  /** Of all processors since they began, ms. */
  readonly cpuMs: number;
  /** Memory of their own that is resident, MiB. */
  readonly residentMiB: number;
}

/** Linux counts processor time in hundredths of a second. */
const msPerClockTick = 10;

/** Of each named process with all that it started, also what has ended since. Rejects when one of them has ended. */
export async function takenBy(
  pids: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, Taken>>> {
  const all = await readProcesses();
  const sums = Object.entries(pids).map(([name, pid]) => {
    if (!all.has(pid)) throw new Error(`${name} has ended`);
    return [name, sumOf(pid, all)] as const;
  });
  return Object.fromEntries(sums);
}

type Processes = ReadonlyMap<number, Taken & { readonly parent: number }>;

async function readProcesses(): Promise<Processes> {
  const pids = (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name));
  const read = await Promise.all(pids.map((pid) => readProcess(pid).catch(unlessEnded)));
  return new Map(pids.flatMap((pid, k) => (read[k] === undefined ? [] : [[Number(pid), read[k]]])));
}

/** Between the list and the look at it. */
function unlessEnded(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
  throw error;
}

async function readProcess(pid: string) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  // The name, in parentheses, may hold blanks; field 3 is the first behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Its own time, and that of children that have ended: a database's connections come and go.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const cpuMs = ticks * msPerClockTick;
  const residentMiB = Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  return { parent: Number(fields[1]), cpuMs, residentMiB };
}

function sumOf(pid: number, all: Processes): Taken {
  const own = all.get(pid) ?? { cpuMs: 0, residentMiB: 0 };
  const children = [...all].filter(([, { parent }]) => parent === pid);
  return children
    .map(([child]) => sumOf(child, all))
    .reduce(
      (sum, { cpuMs, residentMiB }) => ({
        cpuMs: sum.cpuMs + cpuMs,
        residentMiB: sum.residentMiB + residentMiB,
      }),
      { cpuMs: own.cpuMs, residentMiB: own.residentMiB },
    );
}
