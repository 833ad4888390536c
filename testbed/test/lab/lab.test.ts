import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OperatorFile } from '@slicecast/contracts';
import { loadYaml } from '@slicecast/platform';
import { expect, test, vi } from 'vitest';
import { type KpiSample, startKpiClient, startLoad } from '../../src/lab/load-and-kpi.ts';
import { labOfName } from '../../src/lab/network/layout.ts';
import { namesInUse } from '../../src/lab/network/namespaces.ts';
import { requireLab } from '../../src/lab/network/programs.ts';
import { shapeLink, shownShape } from '../../src/lab/network/shaping.ts';
import { readRecords, recordFile } from '../../src/lab/record.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { sweep } from '../../src/lab/sweep.ts';
import { describeWhereAvailable } from '../../src/servers/for-tests.ts';

const script = join(import.meta.dirname, '../../src/lab/main.ts');
const folderOf = (id: string) => join(tmpdir(), `slicecast-lab-${id}`);
const env = { ...process.env, SLICECAST_LAB: `test-${process.pid}` };
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [script, ...args], { env });

test.each([[[]], [['start']], [['toString']], [['up', '--speed', '3']]])(
  'answers %j with the usage',
  async (args) => {
    const answer = { code: 2, stderr: expect.stringContaining('npm run lab -- <command>') };
    await expect(run(...args)).rejects.toMatchObject(answer);
  },
);

test.each([
  ['--shape', 'square', 'trapezoid'],
  ['--period-seconds', 'NaN', '10 to 86400'],
  ['--seed', '-1', 'a whole number'],
  ['--slicecast', 'localhost', 'the URL of an SRO'],
])('refuses %s %s, and names what it takes', async (option, value, remedy) => {
  const answer = { stderr: expect.stringContaining(remedy) };
  await expect(run('up', `${option}=${value}`)).rejects.toMatchObject(answer);
});

test('says what lacks where a lab cannot be had', async () => {
  const user = { uid: 65_534, gid: 65_534, cwd: '/' };
  const asUser = promisify(execFile)(
    process.execPath,
    [script, 'up'],
    process.getuid?.() === 0 ? user : {},
  );
  await expect(asUser).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/not root/),
  });
});

await describeWhereAvailable('a lab', requireLab, (programs) => {
  const { ip } = programs;
  const left = async (id: string) => ({
    names: (await namesInUse(ip)).filter((name) => labOfName(name) === id),
    record: existsSync(recordFile(id)),
    folder: existsSync(folderOf(id)),
  });
  const nothing = { names: [], record: false, folder: false };
  const idOf = (text: string) => /^lab ([0-9a-f]{6}) /m.exec(text)?.[1] ?? 'none';

  test('reads feel the bandwidth of the link, metrics and KPI are real, and nothing is left', async () => {
    const lab = await startLab({ programs, purpose: 'test', bandwidth: '24mbit' });
    try {
      const samples: KpiSample[] = [];
      const startAt = Math.ceil(Date.now() / 1000) * 1000;
      const load = {
        shape: 'constant',
        low: 1,
        high: 60,
        thinkSeconds: 1,
        periodSeconds: 60,
        seed: 1,
      } as const;
      await startLoad(lab, { ...load, startAt });
      await startKpiClient(lab, 1, (sample) => samples.push(sample));
      await clientsOf(lab, 60);
      await vi.waitFor(() => expect(samples.length).toBeGreaterThan(3), { timeout: 20_000 });
      const wide = samples.at(-1)?.value ?? Number.NaN;
      await shapeLink(programs, lab.layout, '1mbit');
      expect(await shownShape(programs, lab.layout.namespaces.server)).toContain('rate 1Mbit');
      // 60 clients ask for four times what passes now: a read waits for seconds.
      await vi.waitFor(() => expect(samples.at(-1)?.value).toBeGreaterThan(1000), {
        timeout: 20_000,
      });
      expect(wide).toBeLessThan(1000);
      await vi.waitFor(async () => expect(await connections(lab)).toBeGreaterThanOrEqual(60), {
        timeout: 20_000,
      });
    } finally {
      await lab.stop();
    }
    expect(await left(lab.layout.id)).toEqual(nothing);
  }, 120_000);

  test('says which process ended by itself', async () => {
    const lab = await startLab({ programs, purpose: 'test', bandwidth: '8mbit' });
    try {
      await lab.start('client', 'failing', { file: join(lab.layout.folder, 'no-such.ts') });
      expect(await lab.broken).toMatch(/^failing ended \(exit code 1\):.*no-such\.ts/s);
    } finally {
      await lab.stop();
    }
    expect(await left(lab.layout.id)).toEqual(nothing);
  }, 60_000);

  test('stays up, once, until it is taken down; its KPI comes and its file is a Slicecast’s', async () => {
    const received: unknown[] = [];
    const sro = createServer((request, response) => {
      request.on('data', (chunk) => received.push([request.url, JSON.parse(String(chunk))]));
      request.on('end', () => response.writeHead(202).end());
    });
    await new Promise<void>((resolve) => sro.listen(0, '127.0.0.1', resolve));
    const address = sro.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const id = idOf((await run('up', '--slicecast', url)).stdout);
    try {
      const again = (await run('up')).stdout;
      expect(idOf(again)).toBe(id);
      expect(again).toContain(`SLICECAST_FILE=${folderOf(id)}/slicecast.yaml`);
      const { stdout } = await run('status');
      expect(stdout).toContain('rate 8Mbit');
      await vi.waitFor(() => expect(received.length).toBeGreaterThan(1), { timeout: 20_000 });
      expect(received[0]).toEqual([
        '/api/v1/slices/1/kpi',
        { samples: [{ at: expect.any(Number), value: expect.any(Number) }] },
      ]);
      const file = await loadYaml(join(folderOf(id), 'slicecast.yaml'), OperatorFile);
      expect(file.slices?.map((slice) => slice.id)).toEqual([1]);
    } finally {
      await run('down');
      sro.close();
    }
    expect(await left(id)).toEqual(nothing);
    expect((await run('down')).stdout).not.toContain(id);
  }, 120_000);

  test('ends when one of its processes dies, and when its keeper is killed', async () => {
    for (const victim of ['service', 'keeper']) {
      const id = idOf((await run('up')).stdout);
      const record = (await readRecords()).find((each) => each.id === id);
      const pid = victim === 'keeper' ? record?.pid : await serviceOf(id);
      process.kill(pid ?? Number.NaN, 'SIGKILL');
      await vi.waitFor(async () => expect(await left(id)).toEqual(nothing), { timeout: 20_000 });
    }
  }, 120_000);

  test('removes what a lab left whose guard died with it, and no one else’s', async () => {
    const lab = await startLab({ programs, purpose: 'test', bandwidth: '8mbit' });
    try {
      const stranger = 'slicecast-lab-stranger';
      const orphan = 'slicecast-lab-ffffff-server';
      await promisify(execFile)(ip, ['netns', 'add', stranger]);
      await promisify(execFile)(ip, ['netns', 'add', orphan]);
      expect(await sweep(ip)).toEqual(['ffffff']);
      const names = await namesInUse(ip);
      await promisify(execFile)(ip, ['netns', 'delete', stranger]);
      expect(names).toContain(stranger);
      expect(names).not.toContain(orphan);
      expect((await left(lab.layout.id)).names).toHaveLength(4);
    } finally {
      await lab.stop();
    }
  }, 60_000);

  async function serviceOf(id: string): Promise<number> {
    const { stdout } = await promisify(execFile)(ip, [
      'netns',
      'pids',
      `slicecast-lab-${id}-server`,
    ]);
    for (const pid of stdout.trim().split('\n')) {
      if ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('kv/main.ts'))
        return Number(pid);
    }
    throw new Error(`no service runs in lab ${id}`);
  }
});

async function clientsOf(lab: Lab, count: number): Promise<void> {
  const last = async () => (await readFile(`${lab.layout.folder}/clients.csv`, 'utf8')).trim();
  await vi.waitFor(async () => expect(await last()).toMatch(new RegExp(`,${count}$`)), {
    timeout: 20_000,
  });
}

/** What Prometheus has of the server's established connections. */
async function connections(lab: Lab): Promise<number> {
  const instance = `${lab.layout.addresses.server}:9100`;
  const query = encodeURIComponent(`node_netstat_Tcp_CurrEstab{instance="${instance}"}`);
  const answer = await fetch(`${lab.prometheusUrl}/api/v1/query?query=${query}`);
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1]);
}
