import { expect, test } from 'vitest';
import { labOfName, layoutOf, netsTaken } from '../../src/lab/network/layout.ts';

const layout = layoutOf('0a1b2c', 7);

test('knows what of the machine belongs to a lab', () => {
  const names = [...Object.values(layout.namespaces), layout.hostLink];
  expect(names.map(labOfName)).toEqual(Array(4).fill('0a1b2c'));
});

test.each([
  'slicecast-lab-0a1b2c',
  'slicecast-lab-0a1b2-server',
  'my-slicecast-lab-0a1b2c-server',
  'sclab-',
  'eth0',
])('leaves %s alone', (name) => expect(labOfName(name)).toBeUndefined());

test('names no interface longer than the kernel takes, and no address twice', () => {
  expect(layout.hostLink.length).toBeLessThanOrEqual(15);
  const all = [...Object.values(layout.addresses), ...Object.values(layout.linkAddresses)];
  expect(new Set(all).size).toBe(all.length);
});

test('sees which networks of the test bed range the host is on already', () => {
  const taken = netsTaken(['127.0.0.1', '198.18.3.1', '198.19.5.2', '198.20.9.1', '10.198.18.1']);
  expect([...taken]).toEqual([3, 5]);
});
