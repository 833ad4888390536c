import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startHttpServer } from './support/http-server.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
// A root without the repository's configuration: there, files named .spec.ts are tests.
const args = [vitest, 'run', '--root', join(import.meta.dirname, 'support'), '--reporter=json'];

/** Counts and titles of a run in which Prometheus is not on the path. */
async function runOnLackingServer(environment: Record<string, string>) {
  const env = { PATH: dirname(process.execPath), HOME: process.env.HOME, ...environment };
  const folder = await mkdtemp(join(tmpdir(), 'slicecast-report-'));
  const file = join(folder, 'report.json');
  const ended = run(process.execPath, [...args, `--outputFile=${file}`], { env });
  // A run with a failed test ends with a code of its own; the report tells which.
  await Promise.allSettled([ended]);
  const report = JSON.parse(await readFile(file, 'utf8'));
  await rm(folder, { recursive: true });
  const [outcome] = report.testResults[0].assertionResults;
  return { ...report, outcome };
}

test('skips the tests of a server that cannot be had, and their title says what to install', async () => {
  const report = await runOnLackingServer({ CI: '' });
  expect(report).toMatchObject({ success: true, numPendingTests: 1, numPassedTests: 0 });
  expect(report.outcome.title).toMatch(/there is no prometheus on the path.*Debian: prometheus/);
});

test('fails them with CI=true', async () => {
  const report = await runOnLackingServer({ CI: 'true' });
  expect(report).toMatchObject({ success: false, numFailedTests: 1, numPendingTests: 0 });
  expect(report.outcome.failureMessages[0]).toContain('there is no prometheus on the path');
});

test('takes the server that the environment names', async () => {
  const server = await startHttpServer();
  const report = await runOnLackingServer({ CI: 'true', PROMETHEUS_URL: server.address });
  expect(report).toMatchObject({ success: true, numPassedTests: 1 });
  await server.stop();
});
