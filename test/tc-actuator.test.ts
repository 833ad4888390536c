import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { errorOf } from '../services/sro/test/fakes/error-of.ts';
import { findProgram } from '../testbed/src/servers/find-program.ts';
import { describeWhereAvailable } from '../testbed/src/servers/for-tests.ts';
import { makeNamespaces, type Namespaces } from './support/namespaces.ts';
import { actuatorOn, large, small } from './support/tc-slice.ts';

const prepare = async () => {
  const namespaces = await makeNamespaces(3);
  afterAll(() => namespaces.remove());
  return namespaces;
};

await describeWhereAvailable('tc in network namespaces', prepare, (namespaces: Namespaces) => {
  const [a = '', b = '', c = ''] = namespaces.names;
  const where = { namespace: { a, b, c } };
  const rootsOf = () => Promise.all(namespaces.names.map((name) => namespaces.rootOf(name)));

  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slicecast-tc-'));
  });
  afterEach(async () => {
    await namespaces.clear();
    await rm(folder, { recursive: true });
  });

  /** A folder with a `tc` that does `instead` where its arguments match, and else what tc does. */
  async function tcThat(pattern: string, instead: string): Promise<string> {
    const real = await findProgram('tc');
    const script = `#!/bin/sh\ncase "$*" in ${pattern}) ${instead};; esac\nexec ${real} "$@"\n`;
    await writeFile(join(folder, 'tc'), script);
    await chmod(join(folder, 'tc'), 0o755);
    return folder;
  }
  const fails = 'echo "RTNETLINK answers: No buffer space available" >&2; exit 2';

  test('every host gets the rate, the burst and the latency of MLO-V2', async () => {
    await actuatorOn(where)(small);
    for (const root of await rootsOf()) {
      expect(root).toMatchObject({ kind: 'tbf', options: { rate: 1_250_000, burst: 10_000 } });
      expect(root.options.lat).toBe(1000);
    }
  });

  test('the filter in force is changed, never taken away, and asking again changes nothing', async () => {
    const apply = actuatorOn(where);
    await apply(small);
    const before = await rootsOf();
    await apply(large);
    await apply(large);
    expect(await namespaces.rates()).toEqual([30_000_000, 30_000_000, 30_000_000]);
    expect((await rootsOf()).map(({ handle }) => handle)).toEqual(
      before.map(({ handle }) => handle),
    );
  });

  test('a rate that is no whole number of bytes is taken for what the kernel keeps of it', async () => {
    await actuatorOn(where)({ ...large, parameters: { bandwidth: '123.456789Mbit' } });
    expect(await namespaces.rates()).toEqual(Array(3).fill(123_456_784));
  });

  test('when a host fails, all are as they were before: shaped ones and unshaped ones', async () => {
    await actuatorOn({ namespace: { a } })(small, { hosts: ['a'] });
    const programs = await tcThat(`*${c}*replace*`, fails);
    const error = await errorOf(actuatorOn(where, programs)(large));
    expect(error.message).toMatch(
      /^1 of 3 links failed: lo of host c \(namespace .*\) \(tc ended with exit code 2: RTNETLINK answers: No buffer space available\); all hosts are as they were before$/,
    );
    expect(error).toMatchObject({ code: 'actuator-exit-code', retriable: true });
    const [first, ...others] = await rootsOf();
    expect(first).toMatchObject({ kind: 'tbf', options: { rate: 1_250_000 } });
    for (const { kind } of others) expect(kind).toBe('none');
  });

  test('what tc took without effect is found when it is read back', async () => {
    const programs = await tcThat(`*${b}*replace*`, 'exit 0');
    const error = await errorOf(actuatorOn(where, programs)(small));
    expect(error.code).toBe('actuator-not-applied');
    expect(error.message).toContain(
      "tc took rate 10000000bit, burst 10000, latency 1000us and shows the kernel's own queue",
    );
    expect(await namespaces.rates()).toEqual([0, 0, 0]);
  });

  test('a host that could not be put back is named', async () => {
    await actuatorOn(where)(small);
    const programs = await tcThat(`*${a}*"rate 10000000"*|*${c}*"rate 30000000"*`, fails);
    const error = await errorOf(actuatorOn(where, programs)(large));
    expect(error.message).toMatch(/could not be put back to what was before: lo of host a /);
    expect(await namespaces.rates()).toEqual([30_000_000, 10_000_000, 10_000_000]);
  });

  test('a host that cannot be read keeps all others from being changed', async () => {
    const error = await errorOf(actuatorOn({ namespace: { a, b, c: 'slicecast-none' } })(small));
    expect(error.message).toContain('make the namespace, or set where.namespace to one there is');
    expect(error.message).toMatch(/nothing was changed$/);
    expect(await namespaces.rates()).toEqual([0, 0, 0]);
  });

  test('a queue that another has set is left as it is', async () => {
    await namespaces.tc(b, 'qdisc', 'add', 'dev', 'lo', 'root', 'handle', '7:', 'pfifo');
    const error = await errorOf(actuatorOn(where)(small));
    expect(error.code).toBe('actuator-foreign-queue');
    expect(error.message).toContain('has pfifo 7:, which could not be put back: remove it there');
    expect((await rootsOf()).map(({ kind }) => kind)).toEqual(['none', 'pfifo', 'none']);
  });

  test('an abort ends what runs, and all hosts are as they were before', async () => {
    const begun = join(folder, 'begun');
    const programs = await tcThat(`*${c}*replace*`, `touch ${begun}; exec sleep 100`);
    const abort = new AbortController();
    const applying = errorOf(actuatorOn(where, programs)(small, { signal: abort.signal }));
    await vi.waitFor(() => readFile(begun), { timeout: 20_000 });
    abort.abort();
    expect((await applying).message).toMatch(/all hosts are as they were before$/);
    expect((await applying).code).toBe('actuator-aborted');
    expect(await namespaces.rates()).toEqual([0, 0, 0]);
  });
});
