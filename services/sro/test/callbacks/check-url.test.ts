import { lookup } from 'node:dns/promises';
import { expect, test } from 'vitest';
import { checkCallbackUrl } from '../../src/callbacks/check-url.ts';

const publicAddress = { address: '93.184.215.14', family: 4 };
const privateAddress = { address: '10.0.0.5', family: 4 };

function check(url: string, addresses = [publicAddress], allowPrivateAddresses = false) {
  const options = { allowPrivateAddresses, resolve: async () => addresses };
  return checkCallbackUrl(url, 'query url_to_answer', options);
}

test.each([
  'http://tenant.example/hook?token=1',
  'https://93.184.215.14:8443/',
  'https://[2606:4700::1111]/',
])('takes %s', async (url) => {
  await expect(check(url)).resolves.toBeUndefined();
});

test.each([
  ['not a URL', 'no url'],
  ['another scheme', 'ftp://tenant.example/'],
  ['a file', 'file:///etc/passwd'],
  ['credentials', 'http://user:secret@tenant.example/'],
  ['a URL too long', `http://tenant.example/${'a'.repeat(2000)}`],
  ['loopback', 'http://127.0.0.1:13131/'],
  ['loopback as one number', 'http://2130706433/'],
  ['loopback in hexadecimal', 'http://0x7f.1/'],
  ['loopback of IPv6', 'http://[::1]/'],
  ['loopback of IPv4 inside IPv6', 'http://[::ffff:127.0.0.1]/'],
  ['loopback behind NAT64', 'http://[64:ff9b::127.0.0.1]/'],
  ['a private address', 'http://192.168.1.1/'],
  ['the metadata of a cloud', 'http://169.254.169.254/latest/'],
  ['link-local of IPv6', 'http://[fe80::1]/'],
  ['a unique local address', 'http://[fd00::1]/'],
  ["a carrier's address", 'http://100.64.0.1/'],
  ['multicast', 'http://224.0.0.1/'],
  ['no address', 'http://0.0.0.0/'],
])('refuses %s', async (_what, url) => {
  await expect(check(url)).rejects.toMatchObject({ status: 400, code: 'callback-url-refused' });
});

test('names the field, the value and the remedy', async () => {
  await expect(check('http://10.0.0.1/hook')).rejects.toMatchObject({
    message: expect.stringContaining('query url_to_answer leads to 10.0.0.1'),
    errors: [
      {
        field: 'query url_to_answer',
        value: 'http://10.0.0.1/hook',
        message: expect.stringContaining('callbacks.allowPrivateAddresses in slicecast.yaml'),
      },
    ],
  });
});

test('does not tell credentials back', async () => {
  const error = await check('http://user:secret@tenant.example/').catch((caught) => caught);
  expect(JSON.stringify(error.errors)).not.toContain('secret');
});

test('refuses localhost as the system resolves it', async () => {
  const resolve = (host: string) => lookup(host, { all: true });
  const refused = checkCallbackUrl('http://localhost/', 'url', {
    allowPrivateAddresses: false,
    resolve,
  });
  await expect(refused).rejects.toMatchObject({ code: 'callback-url-refused' });
});

test('refuses a name with one private address among public ones', async () => {
  const refused = check('http://tenant.example/', [publicAddress, privateAddress]);
  await expect(refused).rejects.toMatchObject({ code: 'callback-url-refused' });
});

test('lets a name through that cannot be resolved now: the delivery checks again', async () => {
  const resolve = async () => {
    throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  };
  const options = { allowPrivateAddresses: false, resolve };
  await expect(checkCallbackUrl('http://later.example/', 'url', options)).resolves.toBeUndefined();
});

test('takes private addresses when the operator allows them, but still no other scheme', async () => {
  await expect(check('http://10.0.0.1/', [], true)).resolves.toBeUndefined();
  await expect(check('ftp://10.0.0.1/', [], true)).rejects.toMatchObject({ status: 400 });
});
