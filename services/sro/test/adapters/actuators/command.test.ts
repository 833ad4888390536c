import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actuator as ActuatorDefinition, Flavor } from '@slicecast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createActuators } from '../../../src/adapters/actuators/list.ts';
import { aSlice } from '../../domain/samples.ts';
import { errorOf } from '../../fakes/error-of.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'actuator-'));
});
afterEach(() => rm(directory, { recursive: true }));

type CommandDefinition = Extract<ActuatorDefinition, { kind: 'command' }>;
type Options = Partial<Omit<CommandDefinition, 'name' | 'kind'>>;

/** A program that runs under this node, with the arguments after it. */
const script = (source: string, ...args: string[]) => [process.execPath, '-e', source, ...args];
/** Writes its arguments as JSON to the file named first. */
const writeArguments =
  "require('node:fs').writeFileSync(process.argv[1], JSON.stringify(process.argv.slice(2)))";

function command(options: Options) {
  const parameters = { bandwidth: { pattern: '[0-9]+Mbit' } };
  const definition = { name: 'link', kind: 'command', argv: ['true'], parameters, ...options };
  const actuator = createActuators([definition as CommandDefinition]).get('link');
  if (actuator === undefined) throw new Error('no actuator');
  const slice = aSlice();
  const [small, large] = slice.flavors as [Flavor, Flavor];
  return (changes: { to?: Partial<Flavor>; signal?: AbortSignal; hosts?: string[] } = {}) =>
    actuator.apply({
      key: '1',
      slice: { ...slice, hosts: changes.hosts ?? slice.hosts },
      from: small,
      to: { ...large, ...changes.to },
      signal: changes.signal ?? new AbortController().signal,
    });
}

test('the template is filled, one argv element each, and no shell reads it', async () => {
  const file = join(directory, 'arguments');
  const argv = script(writeArguments, file, '{slice}', '{flavor}:{flavorName}', 'rate={bandwidth}');
  const pattern = { bandwidth: { pattern: '.*' } };
  await command({ argv, parameters: pattern })({
    to: { parameters: { bandwidth: '1 $(id); "{slice}" \'' } },
  });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([
    '1',
    '2:large',
    'rate=1 $(id); "{slice}" \'',
  ]);
});

test('a parameter that the flavor does not have takes the default of the operator', async () => {
  const file = join(directory, 'arguments');
  const parameters = { burst: { pattern: '[0-9]+', default: '10000' } };
  await command({ argv: script(writeArguments, file, '{burst}'), parameters })();
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(['10000']);
});

const refused: [string, Record<string, string>][] = [
  ['part of which matches', { bandwidth: '10Mbit; reboot' }],
  ['with a line break at its end', { bandwidth: '10Mbit\n' }],
  ['that is empty', { bandwidth: '' }],
  ['that is missing', {}],
];

test.each(refused)('a parameter %s is refused, and nothing runs', async (_title, parameters) => {
  const file = join(directory, 'arguments');
  const apply = command({ argv: script(writeArguments, file, '{bandwidth}') });
  expect(await errorOf(apply({ to: { parameters } }))).toMatchObject({
    code: 'actuator-parameter',
    retriable: false,
  });
  await expect(readFile(file)).rejects.toThrow('ENOENT');
});

test.each(['-oProxyCommand=id', 'a b', ''])('host "%s" is refused for all hosts', async (host) => {
  const apply = command({ argv: ['true', '{host}'], per: 'host' });
  const error = await errorOf(apply({ hosts: ['good.example', host] }));
  expect(error.code).toBe('actuator-parameter');
});

test('with per: host every host is tried, and the error names those that failed', async () => {
  const source = `
    require('node:fs').writeFileSync(process.argv[1] + '/' + process.argv[2], '');
    if (process.argv[2] === 'b') { console.error('no such device'); process.exit(2); }`;
  const apply = command({ argv: script(source, directory, '{host}'), per: 'host' });
  const error = await errorOf(apply({ hosts: ['a', 'b', 'c'] }));
  expect(error.message).toMatch(
    /^1 of 3 hosts failed: b \(.* ended with exit code 2: no such device\)$/,
  );
  expect(error.code).toBe('actuator-exit-code');
  await readFile(join(directory, 'a'));
  await readFile(join(directory, 'c'));
});

test('an exit code is an error that holds the end of what was written', async () => {
  const source = "process.stderr.write('x'.repeat(50000) + 'the end'); process.exitCode = 7";
  const error = await errorOf(command({ argv: script(source) })());
  expect(error.message).toMatch(/ended with exit code 7: x+the end$/);
  expect(error.message.length).toBeLessThan(2500);
});

test('a timeout ends the command and what it started', async () => {
  const file = join(directory, 'child');
  const source = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    require('node:fs').writeFileSync(process.argv[1], String(child.pid));
    setInterval(() => {}, 1000);`;
  const error = await errorOf(command({ argv: script(source, file), timeoutMs: 1500 })());
  expect(error.code).toBe('actuator-timeout');
  const child = Number(await readFile(file, 'utf8'));
  expect(await isGone(child)).toBe(true);
});

test('a command that ignores SIGTERM is killed', async () => {
  const source = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
  const error = await errorOf(command({ argv: script(source), timeoutMs: 500 })());
  expect(error.code).toBe('actuator-timeout');
});

test('an abort ends the command', async () => {
  const abort = new AbortController();
  const file = join(directory, 'begun');
  const source =
    "require('node:fs').writeFileSync(process.argv[1], ''); setInterval(() => {}, 1000)";
  const running = errorOf(command({ argv: script(source, file) })({ signal: abort.signal }));
  await expect.poll(() => readFile(file, 'utf8').catch(() => null), { timeout: 5000 }).toBe('');
  abort.abort();
  expect((await running).code).toBe('actuator-aborted');
});

test('a command that is not there is said so', async () => {
  const error = await errorOf(command({ argv: ['no-such-command-here'] })());
  expect(error).toMatchObject({ code: 'actuator-not-found', retriable: false });
});

test('the command sees nothing of the environment of the service', async () => {
  const file = join(directory, 'environment');
  process.env.SECRET_OF_THE_TEST = 'secret';
  const source =
    "require('node:fs').writeFileSync(process.argv[1], String(process.env.SECRET_OF_THE_TEST))";
  await command({ argv: script(source, file) })();
  delete process.env.SECRET_OF_THE_TEST;
  expect(await readFile(file, 'utf8')).toBe('undefined');
});

const invalid: [string, Options, RegExp][] = [
  [
    'a placeholder that nothing fills',
    { argv: ['tc', '{speed}'] },
    /\{speed\}, which nothing fills/,
  ],
  ['a templated command', { argv: ['{bandwidth}'] }, /argv\[0\]/],
  ['a host without per: host', { argv: ['ssh', '{host}'] }, /needs per: host/],
  ['a pattern that is none', { parameters: { a: { pattern: '(' } } }, /no regular expression/],
];

test.each(invalid)('%s is refused when the actuator is made', (_title, options, message) => {
  expect(() => command(options)).toThrow(message);
});

test('two actuators of one name are refused', () => {
  const twice: ActuatorDefinition[] = [
    { name: 'a', kind: 'dry-run' },
    { name: 'a', kind: 'dry-run' },
  ];
  expect(() => createActuators(twice)).toThrow('two actuators are called a');
});

test('dry-run succeeds', async () => {
  const actuator = createActuators([{ name: 'a', kind: 'dry-run' }]).get('a');
  const slice = aSlice();
  const [from, to] = slice.flavors as [Flavor, Flavor];
  await actuator?.apply({ key: '1', slice, from, to, signal: new AbortController().signal });
});

test('a relative directory of the operator is where the command runs', async () => {
  await writeFile(join(directory, 'here'), '');
  await command({ argv: script("require('node:fs').statSync('here')"), cwd: directory })();
});

async function isGone(pid: number): Promise<boolean> {
  return await expect
    .poll(
      () => {
        try {
          return process.kill(pid, 0) && isZombie(pid);
        } catch {
          return true;
        }
      },
      { timeout: 5000 },
    )
    .toBe(true)
    .then(() => true);
}

/** An orphan that nobody reaps is dead all the same. */
async function isZombie(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tZ');
  return status.includes('State:\tZ');
}
