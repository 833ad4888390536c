import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf } from '../services/sro/test/fakes/error-of.ts';
import { describeWhereAvailable } from '../testbed/src/servers/for-tests.ts';
import { makeNamespaces } from './support/namespaces.ts';
import { startSshd } from './support/sshd.ts';
import { actuatorOn, large, small } from './support/tc-slice.ts';

const hosts = ['127.0.0.1', '127.0.0.2'];

async function prepare() {
  const namespaces = await makeNamespaces(2);
  try {
    const [a = '', b = ''] = namespaces.names;
    const sshd = await startSshd({ '127.0.0.1': a, '127.0.0.2': b });
    afterAll(async () => {
      await sshd.server.stop();
      await namespaces.remove();
    });
    return { namespaces, sshd };
  } catch (error) {
    await namespaces.remove();
    throw error;
  }
}

await describeWhereAvailable('tc by OpenSSH', prepare, ({ namespaces, sshd }) => {
  const { server, ...access } = sshd;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slicecast-ssh-'));
  });
  afterEach(async () => {
    await namespaces.clear();
    await rm(folder, { recursive: true });
  });

  test('every host gets the rate', async () => {
    await actuatorOn({ ssh: access })(small, { hosts });
    expect(await namespaces.rates()).toEqual([10_000_000, 10_000_000]);
  });

  test('a host that goes by another name is reached at its address', async () => {
    const address = { db: '127.0.0.2' };
    await actuatorOn({ ssh: { ...access, address } })(large, { hosts: ['db'] });
    expect(await namespaces.rates()).toEqual([0, 30_000_000]);
  });

  test('a host whose key is not known is refused, and nothing is changed', async () => {
    const known = await readFile(access.knownHostsFile, 'utf8');
    const knownHostsFile = join(folder, 'known_hosts');
    await writeFile(knownHostsFile, `${known.split('\n')[0]}\n`);
    const error = await errorOf(
      actuatorOn({ ssh: { ...access, knownHostsFile } })(small, { hosts }),
    );
    expect(error.message).toMatch(/^1 of 2 links failed: lo of host 127\.0\.0\.2 /);
    expect(error.message).toContain(`put the host's key, once compared, into ${knownHostsFile}`);
    expect(await namespaces.rates()).toEqual([0, 0]);
  });

  test('a key that the host does not take is said', async () => {
    const keyFile = join(server.folder, 'host_key');
    const error = await errorOf(actuatorOn({ ssh: { ...access, keyFile } })(small, { hosts }));
    expect(error.message).toContain(`put the public key of ${keyFile} into authorized_keys`);
  });
});
