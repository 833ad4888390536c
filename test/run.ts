/**
 * `npm test`: lint with its import boundaries, types, the real servers fetched, then every test; one
 * closing line with the counts. Arguments go to vitest, so that `npm test -- services/ima` runs a part.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const steps: readonly { title: string; run: () => Promise<Counts> }[] = [
  {
    title: 'lint, with the boundaries between services',
    run: () => check('biome', ['check', '.']),
  },
  { title: 'types', run: () => check('tsc', ['--noEmit']) },
  { title: 'real servers', run: fetchServers },
  { title: 'tests', run: () => runVitest(process.argv.slice(2)) },
];

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const { title, run } of steps) {
  console.log(`\n— ${title}`);
  const counts = await run();
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** A check of the whole tree counts as one. */
async function check(command: string, args: readonly string[]): Promise<Counts> {
  const ok = (await exitCode(command, args)) === 0;
  if (ok) console.log('ok');
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** Before the tests, so that none of them waits for it. Without CI=true, what cannot be had is named and its tests are skipped. */
async function fetchServers(): Promise<Counts> {
  const ok = (await exitCode('node', ['testbed/src/servers/main.ts', 'fetch'])) === 0;
  const failed = !ok && process.env.CI === 'true' ? 1 : 0;
  return { passed: ok ? 1 : 0, failed, skipped: 0 };
}

async function runVitest(filters: readonly string[]): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'slicecast-test-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await exitCode('vitest', ['run', ...reporters, ...filters]);
    return await countTests(report, code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A run that ended badly without a failed test (no report, an error outside a test) counts as one failure. */
async function countTests(report: string, code: number): Promise<Counts> {
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const counts = JSON.parse(text);
  const failed = Number(counts.numFailedTests);
  return {
    passed: Number(counts.numPassedTests),
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: Number(counts.numPendingTests) + Number(counts.numTodoTests),
  };
}

function exitCode(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
