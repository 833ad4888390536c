import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { AppError, isPublicAddress } from '@slicecast/platform';

const longestUrl = 2000;

/**
 * Refuses a URL that no callback may go to, before it is stored: its form, and its address as the DNS has
 * it now. A name that cannot be resolved now is let through: the delivery checks again, and tries again.
 */
export async function checkCallbackUrl(
  text: string,
  field: string,
  allowPrivate: boolean,
): Promise<void> {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || text.length > longestUrl) {
    throw refused(field, text, 'must be an http or https URL');
  }
  if (url.username !== '' || url.password !== '') {
    throw refused(field, text, 'must not hold credentials');
  }
  if (allowPrivate) return;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  const bad = addresses.find((address) => !isPublicAddress(address));
  if (bad === undefined) return;
  const message = `leads to ${bad}, which is not a public address; the operator may allow private ones in slicecast.yaml`;
  throw refused(field, text, message);
}

async function resolve(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error) return [];
    throw error;
  }
}

function refused(field: string, value: string, message: string): AppError {
  return new AppError(`${field} ${message}`, {
    status: 400,
    code: 'callback-url-refused',
    errors: [{ field, value: value.slice(0, 200), message }],
  });
}
