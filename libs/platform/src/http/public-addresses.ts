import { type LookupAddress, lookup } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { AppError } from '../app-error.ts';

/** Neither private, loopback, link-local nor any other special range (IANA's registries), also as IPv4 inside IPv6. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/**
 * Agents that connect to public addresses alone: checked after DNS, on the very address that is
 * connected to, so that a name cannot point elsewhere between check and use. AppError 422
 * `address-refused`. Addresses written into the URL are for `refuseLiteral`: no lookup sees them.
 */
export function createPublicAgents(): { http: HttpAgent; https: HttpsAgent } {
  // Connections are not kept: one that was made under an old answer of the DNS must not be used again.
  return {
    http: new HttpAgent({ lookup: publicLookup }),
    https: new HttpsAgent({ lookup: publicLookup }),
  };
}

/** Throws 422 `address-refused` when the URL's host is an address that is not public. */
export function refuseLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw refused(host, host);
}

const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const bad = addresses?.find(({ address }) => !isPublicAddress(address));
    const first = addresses?.[0];
    if (error !== null || first === undefined) callback(error ?? refused(hostname, ''), '', 0);
    else if (bad !== undefined) callback(refused(hostname, bad.address), '', 0);
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function refused(host: string, address: string): AppError {
  return new AppError(
    `${host} is at ${address || 'no address'}, which is not public: the operator may allow private addresses.`,
    { status: 422, code: 'address-refused' },
  );
}
