import { rm } from 'node:fs/promises';
import { endProcess, isRunning, knownProcess } from './known-process.ts';
import { servers } from './list.ts';
import { type ServerName, stopSignal } from './server-process.ts';
import { type LeftServer, readServers, writeServers } from './servers-file.ts';

/**
 * Servers that outlive the run that started them. `start` leaves alone what is running and clears
 * away what has died; each is written down before it is let go, so that none is lost to a run that
 * is cut off. Not for two runs at once.
 */
export async function startLeft(name: ServerName): Promise<LeftServer> {
  const running = await findLeft(name);
  if (running !== undefined) return running;
  const server = await servers[name].start();
  const { address, folder, pid } = server;
  const left = { name, address, folder, ...(await knownProcess(pid)) };
  await writeServers([...(await readServers()), left]);
  server.leave();
  return left;
}

/** Those that run; what is left of others is removed. */
export async function findRunning(): Promise<readonly LeftServer[]> {
  const written = await readServers();
  const running: LeftServer[] = [];
  for (const left of written) {
    if (await isRunning(left)) running.push(left);
    else await removeFolder(left);
  }
  if (running.length < written.length) await writeServers(running);
  return running;
}

/** Ends all that `startLeft` started and removes their folders. */
export async function stopLeft(): Promise<readonly LeftServer[]> {
  const written = await readServers();
  for (const left of written) {
    await endProcess(left, stopSignal);
    await removeFolder(left);
  }
  await writeServers([]);
  return written;
}

async function findLeft(name: ServerName): Promise<LeftServer | undefined> {
  return (await findRunning()).find((left) => left.name === name);
}

async function removeFolder({ folder }: LeftServer): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
