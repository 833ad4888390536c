/** `npm run servers -- up|down|status|fetch [name …]`: the real servers for developers and tests. */
import { join } from 'node:path';
import { cacheFolder, withLock } from './cache.ts';
import { findRunning, startLeft, stopLeft } from './left-servers.ts';
import { servers } from './list.ts';
import type { ServerName } from './server-process.ts';
import { ServerUnavailable } from './server-unavailable.ts';
import type { LeftServer } from './servers-file.ts';

const usage = `npm run servers -- <command>
  up [name …]   starts the servers that are not up yet and prints their addresses as export lines
  status        prints what is up
  down          ends what up has started and removes its data
  fetch         fetches what up needs, and names what lacks
Names: ${Object.keys(servers).join(', ')}; all when none is given.
Fetched programs and the list of what is up are kept in SLICECAST_CACHE (~/.cache/slicecast).`;

const commands: Readonly<Record<string, (names: readonly ServerName[]) => Promise<void>>> = {
  up,
  status,
  down,
  fetch: fetchPrograms,
};

const [command = '', ...words] = process.argv.slice(2);
const names = words.filter(isName);
const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
if (run === undefined || names.length < words.length || (words.length > 0 && command !== 'up')) {
  console.error(usage);
  process.exitCode = 2;
} else {
  await withLock(join(cacheFolder(), 'servers.lock'), 'the list of servers', () => run(names));
}

/** Addresses go to standard output, all else to standard error: `eval "$(npm run -s servers -- up)"`. */
async function up(chosen: readonly ServerName[]): Promise<void> {
  for (const name of chosen.length > 0 ? chosen : allNames()) {
    await unlessUnavailable(async () => console.log(exportLine(await startLeft(name))));
  }
}

async function fetchPrograms(): Promise<void> {
  for (const name of allNames()) {
    await unlessUnavailable(async () => {
      console.error(`${name.padEnd(10)} ${await servers[name].fetch()}`);
    });
  }
}

/** What one lacks keeps no other from its turn. */
async function unlessUnavailable(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ServerUnavailable)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function status(): Promise<void> {
  const running = await findRunning();
  for (const { name, address, pid, folder } of running) {
    console.log(`${name.padEnd(10)} ${address}  pid ${pid}  ${folder}`);
  }
  if (running.length === 0) console.log('No server is up.');
}

async function down(): Promise<void> {
  for (const { name, pid } of await stopLeft()) console.error(`${name} (pid ${pid}) is down.`);
}

function exportLine({ name, address }: LeftServer): string {
  return `export ${servers[name].variable}=${address}`;
}

function allNames(): readonly ServerName[] {
  return Object.keys(servers).filter(isName);
}

function isName(word: string): word is ServerName {
  return Object.hasOwn(servers, word);
}
