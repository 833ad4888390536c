import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Resolve } from '@slicecast/platform';
import { afterEach, expect, test } from 'vitest';
import { createPostCallback } from '../../src/callbacks/post-callback.ts';
import { answer, type Behaviour, createReceiver, hang } from './receiver.ts';

const never = new AbortController().signal;
const loopback = { address: '127.0.0.1', family: 4 };
const publicAddress = { address: '93.184.215.14', family: 4 };
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function receiver(...behaviours: Behaviour[]) {
  const created = await createReceiver(...behaviours);
  closers.push(created.close);
  return created;
}

function post(
  url: string,
  options: { allowPrivateAddresses?: boolean; resolve?: Resolve; timeoutMs?: number } = {},
  signal = never,
) {
  const posting = createPostCallback({
    allowPrivateAddresses: true,
    timeoutMs: 10_000,
    ...options,
  });
  return posting({ id: 'job-1', url, body: { event: 'profile.ready' } }, signal);
}

/** Answers each lookup with the next address, the last one for ever. */
function resolver(...answers: { address: string; family: number }[]) {
  const asked: string[] = [];
  const resolve: Resolve = async (host) => {
    const next = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(host);
    return next === undefined ? [] : [next];
  };
  return { resolve, asked };
}

test('a redirect is a failure that says so, and is not followed', async () => {
  const elsewhere = await receiver();
  const tenant = await receiver(answer(307, '', { location: elsewhere.url }));
  expect(await post(tenant.url)).toEqual({
    taken: false,
    why: 'answered 307, a redirect, which callbacks do not follow',
  });
  expect(elsewhere.received).toEqual([]);
});

test('nothing of what the other side answers is told but its status', async () => {
  const tenant = await receiver(answer(500, '{"detail":"the secret of a private host"}'));
  expect(await post(tenant.url)).toEqual({ taken: false, why: 'answered 500' });
});

test('an endless answer to a callback that was taken is cut early', async () => {
  const sent = Promise.withResolvers<number>();
  const tenant = await receiver((response) => {
    let bytes = 0;
    const chunk = 'x'.repeat(16_384);
    const more = () => {
      do bytes += chunk.length;
      while (response.write(chunk));
    };
    response.on('drain', more).on('close', () => sent.resolve(bytes));
    more();
  });
  expect(await post(tenant.url)).toEqual({ taken: true });
  // Far above what is read, for the buffers of both sockets; far below the 64 MiB of the HTTP client.
  expect(await sent.promise).toBeLessThan(16 * 2 ** 20);
});

test('silence is a failure after the time-out', async () => {
  const tenant = await receiver(hang);
  const posted = await post(tenant.url, { timeoutMs: 100 });
  expect(posted).toEqual({ taken: false, why: 'no answer within 0.1 s' });
});

test('an answer that never ends ends with the time-out, and is taken by its status', async () => {
  const tenant = await receiver((response) => response.writeHead(200).write('and'));
  expect(await post(tenant.url, { timeoutMs: 3000 })).toEqual({ taken: true });
});

test('a lookup that never ends ends with the time-out', async () => {
  const resolve: Resolve = () => new Promise(() => undefined);
  const posted = await post('http://tenant.example/', { resolve, timeoutMs: 100 });
  expect(posted).toEqual({ taken: false, why: 'no answer within 0.1 s' });
});

test('a stop cuts the attempt', async () => {
  const stopping = new AbortController();
  const tenant = await receiver(hang);
  const cut = expect(post(tenant.url, {}, stopping.signal)).rejects.toThrow('the service stops');
  await tenant.next();
  stopping.abort(new Error('the service stops'));
  await cut;
});

test('a literal private address is refused', async () => {
  const tenant = await receiver();
  const posted = await post(tenant.url, { allowPrivateAddresses: false });
  expect(posted).toMatchObject({ taken: false, why: expect.stringContaining('not public') });
  expect(tenant.received).toEqual([]);
});

test.each([
  ['to loopback', [loopback]],
  ['to loopback beside a public address', [publicAddress, loopback]],
  ['to loopback inside IPv6', [{ address: '::ffff:127.0.0.1', family: 6 }]],
])('a name that leads %s is refused', async (_what, addresses) => {
  const tenant = await receiver();
  const resolve: Resolve = async () => addresses;
  const url = `http://tenant.example:${tenant.port}/`;
  const posted = await post(url, { allowPrivateAddresses: false, resolve });
  expect(posted).toMatchObject({ taken: false, why: expect.stringContaining('not public') });
  expect(tenant.received).toEqual([]);
});

test('the connection goes where the one lookup led, under the name', async () => {
  const tenant = await receiver();
  // Nobody listens at the second address: a lookup of its own for the connection would end there.
  const { resolve, asked } = resolver(loopback, { address: '127.0.0.2', family: 4 });
  const posted = await post(`http://tenant.example:${tenant.port}/hook`, { resolve });
  expect(posted).toEqual({ taken: true });
  expect(asked).toEqual(['tenant.example']);
  expect(tenant.received[0]?.headers.host).toBe(`tenant.example:${tenant.port}`);
});

test('TLS asks for the certificate of the name, not of the address', async () => {
  const named = Promise.withResolvers<string>();
  const server = createTlsServer({
    SNICallback: (name, done) => {
      named.resolve(name);
      done(new Error('this server has no certificate'));
    },
  });
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const posted = await post(`https://tenant.example:${port}/`, resolver(loopback));
  server.close();
  expect(await named.promise).toBe('tenant.example');
  expect(posted.taken).toBe(false);
});
