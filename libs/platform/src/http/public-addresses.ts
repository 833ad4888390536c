import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { AppError } from '../app-error.ts';

/** Neither private, loopback, link-local nor any other special range (IANA's registries), also as IPv4 inside IPv6. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/** All addresses of a name; rejects when it has none. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/**
 * Agents that connect to public addresses alone: checked after DNS, on the very address that is
 * connected to, so that a name cannot point elsewhere between check and use. AppError 422
 * `address-refused`. Addresses written into the URL are for `refuseLiteral`: no lookup sees them.
 */
export function createPublicAgents(resolve: Resolve = resolveBySystem): {
  http: HttpAgent;
  https: HttpsAgent;
} {
  const publicLookup = createLookup(async (host) => {
    const addresses = await resolve(host);
    const bad = addresses.find(({ address }) => !isPublicAddress(address));
    if (bad !== undefined) throw refused(host, bad.address);
    return addresses;
  });
  // Connections are not kept: one that was made under an old answer of the DNS must not be used again.
  return {
    http: new HttpAgent({ lookup: publicLookup }),
    https: new HttpsAgent({ lookup: publicLookup }),
  };
}

/** As agents take it: the connection goes to what `resolve` answered, which is asked once a connection. */
export function createLookup(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const first = addresses[0];
        if (first === undefined) callback(refused(hostname, ''), '', 0);
        else if (options.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error) => callback(error, '', 0),
    );
  };
}

/** Throws 422 `address-refused` when the URL's host is an address that is not public. */
export function refuseLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw refused(host, host);
}

const resolveBySystem: Resolve = (host) => lookup(host, { all: true });

function refused(host: string, address: string): AppError {
  return new AppError(
    `${host} is at ${address || 'no address'}, which is not public: the operator may allow private addresses.`,
    { status: 422, code: 'address-refused' },
  );
}
