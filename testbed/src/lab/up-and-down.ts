import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { KeeperWord } from './keeper.ts';
import { isShapeName, shapes } from './load/shapes.ts';
import { namespaceOf } from './network/layout.ts';
import { type LabPrograms, requireLab } from './network/programs.ts';
import { shownShape } from './network/shaping.ts';
import type { LabRecord } from './record.ts';
import { runningLabs, takeDown } from './sweep.ts';

const options = {
  shape: { type: 'string', default: 'trapezoid' },
  'period-seconds': { type: 'string', default: '120' },
  seed: { type: 'string', default: '1' },
  slicecast: { type: 'string', default: 'http://127.0.0.1:13131' },
} as const;

/** Labs of several purposes can be up side by side. */
export function upPurpose(): string {
  return process.env.SLICECAST_LAB ?? 'up';
}

/** Starts a lab that outlives this process, unless one is up. */
export async function up(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...words], options });
  checkUp(values);
  const programs = await requireLab();
  if ((await labsUp()).length === 0) await startKeeper(words);
  for (const lab of await labsUp()) await tellOf(lab, programs);
}

export async function status(): Promise<void> {
  const labs = await runningLabs();
  if (labs.length === 0) return console.log('No lab is up.');
  const programs = await requireLab();
  for (const lab of labs) await tellOf(lab, programs);
}

export async function down(): Promise<void> {
  const { ip } = await requireLab();
  for (const id of await takeDown(ip, upPurpose())) console.log(`lab ${id} is down`);
  for (const { id, purpose, pid } of await runningLabs()) {
    console.log(`lab ${id} stays: it is there for \`${purpose}\` (pid ${pid}) and ends with it`);
  }
}

function checkUp({ shape, ...values }: Record<keyof typeof options, string>): void {
  if (!isShapeName(shape)) {
    throw new Error(`--shape ${shape}: send one of ${Object.keys(shapes).join(', ')}`);
  }
  const period = Number(values['period-seconds']);
  if (!(period >= 10 && period <= 86_400)) {
    throw new Error(`--period-seconds ${values['period-seconds']}: send 10 to 86400`);
  }
  if (!/^\d{1,9}$/.test(values.seed)) throw new Error(`--seed ${values.seed}: send a whole number`);
  if (!/^https?:\/\//.test(values.slicecast)) {
    throw new Error(`--slicecast ${values.slicecast}: send the URL of an SRO`);
  }
}

async function labsUp(): Promise<readonly LabRecord[]> {
  return (await runningLabs()).filter(({ purpose }) => purpose === upPurpose());
}

/** Resolves when the lab is up; rejects with what the keeper says, and leaves nothing then. */
async function startKeeper(words: readonly string[]): Promise<void> {
  const keeper = fork(join(import.meta.dirname, 'keeper.ts'), words, {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(keeper, 'exit').then(([code]) => ({
    failed: `its keeper ended with ${code}`,
  }));
  const told = once(keeper, 'message').then(([word]) => word as KeeperWord);
  const word = await Promise.race([told, ended]);
  if ('failed' in word) throw new Error(`the lab did not come up: ${word.failed}`);
  keeper.disconnect();
  keeper.unref();
}

async function tellOf(lab: LabRecord, programs: LabPrograms): Promise<void> {
  const { id, purpose, pid, folder, prometheusUrl, serviceUrl } = lab;
  const server = namespaceOf(id, 'server');
  const client = namespaceOf(id, 'client');
  const shape = await shownShape(programs, server).catch(() => 'not made yet');
  console.log(`lab ${id} (${purpose}, pid ${pid}) in ${folder}
  Prometheus   ${prometheusUrl}
  service      ${serviceUrl}/keys/0 from inside: ip netns exec ${client} …
  link         ${shape}
  clients      ${await lastLine(join(folder, 'clients.csv'))} (timestamp,clients)
  KPI          ${await lastLine(join(folder, 'kpi.csv'))} (timestamp,R_99 in ms)`);
  if (purpose === upPurpose())
    console.log(`  its slice    SLICECAST_FILE=${folder}/slicecast.yaml npm start`);
}

async function lastLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').at(-1) || 'none yet';
}
