import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Flavor, TrafficControl } from '@slicecast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createActuators } from '../../../src/adapters/actuators/list.ts';
import { checkDefinition } from '../../../src/domain/check-definition.ts';
import { aSlice } from '../../domain/samples.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'actuator-tc-'));
});
afterEach(() => rm(directory, { recursive: true }));

const access = { user: 'slicecast', keyFile: '/keys/id', knownHostsFile: '/keys/known hosts' };

/** Applies with programs that write down how they are called, one word a line, and show what was asked for. */
async function apply(
  changes: Partial<TrafficControl>,
  { hosts = ['10.0.0.11'], bandwidth }: { hosts?: string[]; bandwidth?: string } = {},
): Promise<void> {
  const shown =
    '[{"kind":"tbf","handle":"8001:","root":true,"options":{"rate":3750000,"burst":10000,"lat":1000}}]';
  const script = `#!/bin/sh\nprintf '%s\\n' "$0" "$@" >>${join(directory, 'calls')}\necho '${shown}'\n`;
  for (const program of ['tc', 'ssh', 'sudo']) {
    await writeFile(join(directory, program), script);
    await chmod(join(directory, program), 0o755);
  }
  const definition = { name: 'link', kind: 'tc', interface: 'eth0', where: 'local' } as const;
  const actuators = createActuators([{ ...definition, ...changes }], {
    environment: { PATH: `${directory}:/usr/bin:/bin` },
  });
  const slice = aSlice({ hosts });
  const [small, large] = slice.flavors as [Flavor, Flavor];
  const to = bandwidth === undefined ? large : { ...large, parameters: { bandwidth } };
  const { signal } = new AbortController();
  await actuators.get('link')?.apply({ key: '1', slice, from: small, to, signal });
}

const calls = async () =>
  (await readFile(join(directory, 'calls'), 'utf8')).replaceAll(`${directory}/`, '').split('\n');
const nothingRan = () => expect(calls()).rejects.toThrow('ENOENT');

test.each([
  ['10', 'must be a rate with its unit, such as 10Mbit, not "10"'],
  ['10Mbit; reboot', 'must be a rate with its unit'],
  ['1Kbit', 'must be at least 64Kbit'],
  ['2Gbit', 'must be at most 1Gbit'],
])('rate %j is refused before anything runs', async (bandwidth, message) => {
  const applying = apply({ maxRate: '1Gbit' }, { bandwidth });
  await expect(applying).rejects.toMatchObject({ code: 'actuator-parameter' });
  await expect(applying).rejects.toThrow(message);
  await nothingRan();
});

test.each([
  ['has no interface for host "b": set it under interface', { interface: { a: 'eth0' } }],
  ['cannot take "eth0; id" as interface of host a', { interface: { a: 'eth0; id', b: 'eth1' } }],
  ['cannot take "n-a/../x" as where.namespace', { where: { namespace: 'n-{host}/../x' } }],
  [
    'cannot take "-oProxyCommand=id"',
    { where: { ssh: { ...access, address: '-oProxyCommand=id' } } },
  ],
])('a name of the operator that %s is refused for all hosts', async (message, changes) => {
  await expect(apply(changes, { hosts: ['a', 'b'] })).rejects.toThrow(message);
  await nothingRan();
});

test.each(['-oProxyCommand=id', 'a b', '', 'a;id'])('host %j is refused', async (host) => {
  const applying = apply({ where: { ssh: access } }, { hosts: ['good.example', host] });
  await expect(applying).rejects.toMatchObject({ code: 'actuator-parameter' });
  await nothingRan();
});

test('bounds that are no rates are refused at the start', async () => {
  await expect(apply({ minRate: 'much' })).rejects.toThrow('minRate must be a rate');
  await expect(apply({ minRate: '2Mbit', maxRate: '1Mbit' })).rejects.toThrow('is above maxRate');
});

test('hosts that share an interface of this machine have it set once', async () => {
  await apply({}, { hosts: ['a', 'b'] });
  expect((await calls()).filter((word) => word === 'replace')).toHaveLength(1);
});

test('of the hosts those that the operator names are changed', async () => {
  const where = { namespace: 'ns-{host}' };
  await apply({ where, hosts: ['b', 'd'] }, { hosts: ['a', 'b', 'c'] });
  expect(new Set((await calls()).filter((word) => word.startsWith('ns-')))).toEqual(
    new Set(['ns-b']),
  );
});

test('a slice without any of the hosts that the operator names is refused', async () => {
  const applying = apply({ hosts: ['d'] }, { hosts: ['a', 'b'] });
  await expect(applying).rejects.toThrow('changes only d, of which the slice has none');
  await nothingRan();
});

test('tc is asked, word for word, for the rate, and then for what is in force', async () => {
  await apply(
    { interface: { a: 'tap1' }, where: { namespace: 'ns-{host}' }, sudo: true },
    { hosts: ['a'] },
  );
  const tc = 'sudo -n tc -n ns-a';
  const show = `${tc} -j qdisc show dev tap1`;
  const replace = `${tc} qdisc replace dev tap1 root tbf rate 30000000bit latency 1000us burst 10000`;
  expect((await calls()).join(' ').trim()).toBe([show, replace, show].join(' '));
});

test('ssh takes only known hosts and the one key, and what the remote shell reads are plain words', async () => {
  await apply({ where: { ssh: { ...access, port: 2222 } } }, { hosts: ['[fd00::1]'] });
  const [program, ...words] = await calls();
  expect(program).toBe('ssh');
  const first = words.slice(0, words.indexOf('ssh'));
  const host = first.indexOf('fd00::1');
  expect(first.slice(0, host)).toEqual(
    expect.arrayContaining([
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      'UserKnownHostsFile="/keys/known hosts"',
      '/keys/id',
      '2222',
      'slicecast',
    ]),
  );
  const remote = [...words.slice(words.indexOf('replace') - 2)].slice(0, 13);
  expect(remote.slice(0, 4)).toEqual(['tc', 'qdisc', 'replace', 'dev']);
  for (const word of remote) expect(word).toMatch(/^[A-Za-z0-9_.:@-]+$/);
});

test('a slice whose flavors have no such rate is refused where it is defined', () => {
  const slice = aSlice();
  const definition = {
    id: 1,
    name: 'db',
    hosts: ['10.0.0.11'],
    kpi: slice.kpi,
    sla: slice.sla,
    flavors: [
      { id: 1, name: 'small', pricePerHour: 1, rank: 1, parameters: { bandwidth: '10Mbyte' } },
      { id: 2, name: 'large', pricePerHour: 2, rank: 2, parameters: { bandwith: '30Mbit' } },
    ],
    startFlavor: 1,
    sources: { profile: 'p', live: 'p' },
    actuator: 'link',
  };
  const link = { name: 'link', kind: 'tc', interface: 'eth0', where: 'local' } as const;
  const faults = checkDefinition(definition, { sources: ['p'], actuators: [link] });
  expect(faults.map(({ field, message }) => `${field} ${message}`)).toEqual([
    '/flavors/0/parameters/bandwidth must be a rate with its unit, such as 10Mbit',
    '/flavors/1/parameters/bandwith is no parameter of link; it has bandwidth',
    '/flavors/1/parameters/bandwidth is missing: actuator link needs it, and it must be a rate with its unit, such as 10Mbit',
  ]);
});
