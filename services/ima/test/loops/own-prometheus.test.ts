import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpClient, createMetrics, silentLogger } from '@slicecast/platform';
import { fastify } from 'fastify';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  createConfigMapTarget,
  createFileTarget,
} from '../../src/adapters/configuration-targets.ts';
import { featureOf } from '../../src/domain/feature-rule.ts';
import { type OwnPrometheus, ownPrometheus } from '../../src/loops/own-prometheus.ts';
import type { ConfigurationTarget } from '../../src/ports.ts';
import { slice } from '../fakes/start-test-ima.ts';

const http = createHttpClient({ timeoutMs: 5000 });
let folder: string;
let owned: OwnPrometheus | undefined;
const received: { path: string; body: string }[] = [];
let refusing = false;
const server = fastify({ forceCloseConnections: true });
server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
server.post('/*', async (request, reply) => {
  if (refusing) return reply.code(500).send('busy');
  received.push({ path: request.url, body: String(request.body ?? '') });
  return 'ok';
});
const url = await server.listen({ host: '127.0.0.1', port: 0 });

afterAll(() => server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slicecast-own-'));
  received.length = 0;
  refusing = false;
});
afterEach(async () => {
  await owned?.stop();
  await rm(folder, { recursive: true });
});

function trained(sliceId: number, instance: string) {
  const feature = featureOf({ __name__: 'load', instance, job: 'node' }, 'raw', 1000);
  return { ...slice, sliceId, trained: [{ flavorId: 1, modelId: 'm', features: [feature] }] };
}

function own(slices: () => readonly (typeof slice)[], targets: readonly ConfigurationTarget[]) {
  const remoteWrite = { url: 'http://ima:5000/receive' };
  const metrics = createMetrics('ima');
  owned = ownPrometheus({ slices, targets, remoteWrite, logger: silentLogger, metrics });
  return owned;
}

const patience = { timeout: 10_000, interval: 20 };

test('the file follows what all pushed slices select, and Prometheus is told to read it', async () => {
  const file = join(folder, 'prometheus.yml');
  let slices = [trained(1, 'a:9100')];
  own(() => slices, [createFileTarget(file, `${url}/-/reload`, http)]);
  await expect.poll(() => received.length, patience).toBe(1);
  slices = [...slices, trained(2, 'b:9100')];
  await expect.poll(() => received.length, patience).toBe(2);
  expect(received.map(({ path }) => path)).toEqual(['/-/reload', '/-/reload']);
  const text = await readFile(file, 'utf8');
  expect(text).toContain('for slices 1, 2');
  expect(parse(text)).toMatchObject({
    scrape_configs: [{ job_name: 'node', static_configs: [{ targets: ['a:9100', 'b:9100'] }] }],
    remote_write: [{ url: 'http://ima:5000/receive' }],
  });
});

test('a Prometheus that does not take it is told again, and it is said until it does', async () => {
  refusing = true;
  const loop = own(
    () => [trained(1, 'a:9100')],
    [createFileTarget(join(folder, 'prometheus.yml'), `${url}/-/reload`, http)],
  );
  await expect.poll(() => loop.trouble(), patience).toContain('500');
  refusing = false;
  await expect.poll(() => loop.trouble(), patience).toBeUndefined();
  expect(received).toHaveLength(1);
});

test('a target that fails does not hold up another one', async () => {
  const applied: string[] = [];
  const bad = { name: 'bad', apply: () => Promise.reject(new Error('read-only')) };
  const good = { name: 'good', apply: async (text: string) => void applied.push(text) };
  const loop = own(() => [trained(1, 'a:9100')], [bad, good]);
  await expect.poll(() => applied.length, patience).toBe(1);
  expect(loop.trouble()).toBe('bad: read-only');
});

test("is posted as MLO-V2's ConfigMap where that is asked for", async () => {
  own(() => [trained(1, 'a:9100')], [createConfigMapTarget(`${url}/`, 'prometheus-2', http)]);
  await expect.poll(() => received.length, patience).toBe(1);
  expect(received[0]?.path).toBe('/configmap');
  expect(received[0]?.body).toMatch(/name="configMap"/);
  expect(received[0]?.body).toContain('kind: ConfigMap');
  expect(received[0]?.body).toContain('name: prometheus-2');
  expect(received[0]?.body).toContain('prometheus.yml: |');
});
