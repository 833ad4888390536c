import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { knownProcess } from '../servers/known-process.ts';
import { loadHistory } from '../servers/prometheus.ts';
import { requireAnswer } from '../servers/require-answer.ts';
import { clearLab, guardLab } from './clear-lab.ts';
import { type LabProcess, startInside } from './lab-process.ts';
import { type Layout, layoutOf, netsTaken, type Role } from './network/layout.ts';
import { hostAddresses, makeNetwork } from './network/namespaces.ts';
import type { LabPrograms } from './network/programs.ts';
import { shapeLink } from './network/shaping.ts';
import { realTimePrefix } from './real-time.ts';
import { type LabRecord, writeRecord } from './record.ts';
import {
  exporterFlags,
  exporterPort,
  prometheusPort,
  scrapeConfig,
  servicePort,
} from './scrape-config.ts';
import { labSettings } from './settings.ts';
import { sweep } from './sweep.ts';

/** Namespaces with a key-value service behind a shaped link, a node exporter in each end, and a Prometheus. */
export interface Lab {
  readonly layout: Layout;
  /** Reachable from the host. */
  readonly prometheusUrl: string;
  /** Reachable from the client's namespace, over the link. */
  readonly serviceUrl: string;
  readonly programs: LabPrograms;
  readonly stepMs: number;
  /** Starts a program of this folder in a namespace. */
  start(role: Role, name: string, script: LabScript): Promise<LabProcess>;
  /** Resolves to the reason when something of the lab ended by itself. */
  readonly broken: Promise<string>;
  /** Ends everything and leaves nothing. */
  stop(): Promise<void>;
}

export interface LabScript {
  /** Path. */
  readonly file: string;
  readonly args?: Readonly<Record<string, string | number>>;
  onLine?(line: string): void;
}

export interface LabOptions {
  readonly programs: LabPrograms;
  readonly purpose: LabRecord['purpose'];
  /** The link's at first, e.g. `8mbit`. */
  readonly bandwidth: string;
  /** Of scrapes and KPI; default a second. */
  readonly stepMs?: number;
  /** Samples, in OpenMetrics' text form, that Prometheus has from the beginning. */
  readonly history?: ((layout: Layout) => string) | undefined;
}

const readyWithinMs = 30_000;

/** Nothing is left behind when the start fails, nor when this process dies. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { programs, purpose, bandwidth, stepMs = 1000, history } = options;
  const { ip } = programs;
  await sweep(ip);
  const layout = layoutOf(randomBytes(3).toString('hex'), freeNet(await hostAddresses(ip)));
  const { addresses, linkAddresses, namespaces, folder, id } = layout;
  const prometheusUrl = `http://${addresses.monitor}:${prometheusPort}`;
  const serviceUrl = `http://${linkAddresses.server}:${servicePort}`;
  const owner = await knownProcess(process.pid);
  await writeRecord({ id, folder, purpose, ...owner, prometheusUrl, serviceUrl });
  const guard = guardLab(ip, layout);
  const realTime = await realTimePrefix();
  const processes: LabProcess[] = [];
  const broken = Promise.withResolvers<string>();

  async function inside(
    role: Role,
    name: string,
    command: readonly string[],
    onLine?: (line: string) => void,
  ): Promise<LabProcess> {
    const options = { name, ip, namespace: namespaces[role], folder, command };
    const started = await startInside({ ...options, ...(onLine && { onLine }) });
    processes.push(started);
    void started.died.then(broken.resolve);
    return started;
  }

  async function stop(): Promise<void> {
    await Promise.all(processes.splice(0).map((each) => each.stop()));
    await clearLab(ip, layout);
    guard.leave();
  }

  const start = (role: Role, name: string, { file, args = {}, onLine }: LabScript) => {
    const words = Object.entries(args).flatMap(([key, value]) => [`--${key}`, String(value)]);
    return inside(role, name, [...realTime, process.execPath, file, ...words], onLine);
  };

  try {
    await mkdir(folder);
    await makeNetwork(ip, layout);
    await shapeLink(programs, layout, bandwidth);
    await start('server', 'service', {
      file: join(import.meta.dirname, '../kv/main.ts'),
      args: { host: '0.0.0.0', port: servicePort, 'value-bytes': labSettings.valueBytes },
    });
    for (const role of ['server', 'client'] as const) {
      const listen = `--web.listen-address=${addresses[role]}:${exporterPort}`;
      await inside(role, `exporter-${role}`, [programs.nodeExporter, ...exporterFlags, listen]);
    }
    if (history !== undefined) await writeHistory(layout, history(layout));
    await inside('monitor', 'prometheus', await prometheusCommand(programs, layout, stepMs));
    const ready = [`${prometheusUrl}/-/ready`, `http://${addresses.server}:${servicePort}/keys/0`];
    await Promise.race([untilReady(ready), broken.promise.then(refuse)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    layout,
    prometheusUrl,
    serviceUrl,
    programs,
    stepMs,
    start,
    broken: broken.promise,
    stop,
  };
}

async function prometheusCommand(
  { prometheus }: LabPrograms,
  layout: Layout,
  stepMs: number,
): Promise<readonly string[]> {
  const config = join(layout.folder, 'prometheus.yml');
  await writeFile(config, scrapeConfig(layout, stepMs));
  return [
    prometheus,
    `--config.file=${config}`,
    `--storage.tsdb.path=${dataFolder(layout)}`,
    `--web.listen-address=${layout.addresses.monitor}:${prometheusPort}`,
    // A lab that is left up must not fill the disk.
    '--storage.tsdb.retention.time=1d',
  ];
}

async function writeHistory(layout: Layout, history: string): Promise<void> {
  const file = join(layout.folder, 'history.om');
  await writeFile(file, history);
  await mkdir(dataFolder(layout));
  await loadHistory(file, dataFolder(layout));
}

function dataFolder({ folder }: Layout): string {
  return join(folder, 'prometheus');
}

function freeNet(addresses: readonly string[]): number {
  const taken = netsTaken(addresses);
  const free = Array.from({ length: 256 }, (_, net) => net).filter((net) => !taken.has(net));
  const net = free[Math.floor(Math.random() * free.length)];
  if (net !== undefined) return net;
  throw new Error('all networks of 198.18.0.0/15 are taken: end labs with `npm run lab -- down`');
}

async function untilReady(urls: readonly string[]): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  for (const url of urls) {
    for (;;) {
      try {
        await requireAnswer(url);
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await wait(100);
    }
  }
}

function refuse(reason: string): never {
  throw new Error(`the lab did not come up: ${reason}`);
}
