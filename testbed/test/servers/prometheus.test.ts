import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import { expect, test } from 'vitest';
import { describeOnOwnServer } from '../../src/servers/for-tests.ts';
import { startPrometheus } from '../../src/servers/prometheus.ts';

const folder = await mkdtemp(join(tmpdir(), 'slicecast-history-'));
const history = join(folder, 'history.txt');
// Older than any retention, and over more than one of Prometheus' blocks of two hours.
await writeFile(history, 'load{host="a"} 1 1579355129.25\nload{host="a"} 2 1579371129.25\n# EOF\n');
const start = () => startPrometheus({ history, config: 'global: { scrape_interval: 7s }\n' });

await describeOnOwnServer('Prometheus', start, (server) => {
  const ask = async (path: string) => {
    const answer = await axios.get(`${server.address}/api/v1/${path}`);
    return answer.data.data;
  };

  test('has the history that it was given, also after kill and restart', async () => {
    const all = `query?query=${encodeURIComponent('load[5h]')}&time=1579371130`;
    const values = [
      [1579355129.25, '1'],
      [1579371129.25, '2'],
    ];
    expect((await ask(all)).result).toMatchObject([{ metric: { host: 'a' }, values }]);
    await server.kill();
    await server.restart();
    expect((await ask(all)).result).toMatchObject([{ metric: { host: 'a' }, values }]);
    await rm(folder, { recursive: true });
  });

  test('has the configuration that it was given and reads it again when asked to', async () => {
    expect((await ask('status/config')).yaml).toContain('scrape_interval: 7s');
    const config = join(server.folder, 'prometheus.yml');
    await writeFile(config, 'global: { scrape_interval: 9s }\n');
    expect((await fetch(`${server.address}/-/reload`, { method: 'POST' })).status).toBe(200);
    expect((await ask('status/config')).yaml).toContain('scrape_interval: 9s');
  });
});
