import { isIP } from 'node:net';
import { AppError, isPublicAddress, type Resolve } from '@slicecast/platform';

const longestUrl = 2000;
/** As much of a refused URL as is told back. */
const longestValue = 200;

export interface CheckUrlOptions {
  readonly allowPrivateAddresses: boolean;
  readonly resolve: Resolve;
}

/**
 * Refuses a URL that no callback may go to, before it is stored: its form, and its address as the DNS has
 * it now. A name that cannot be resolved now is let through: the delivery checks again, and tries again.
 */
export async function checkCallbackUrl(
  text: string,
  field: string,
  { allowPrivateAddresses, resolve }: CheckUrlOptions,
): Promise<void> {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw refused(field, text, 'must be an http or https URL');
  }
  if (text.length > longestUrl) {
    throw refused(field, text, `must be ${longestUrl} characters long at most`);
  }
  if (url.username !== '' || url.password !== '') {
    url.username = '';
    url.password = '';
    throw refused(field, url.href, 'must not hold credentials: put a token into its query');
  }
  if (allowPrivateAddresses) return;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await addressesOf(host, resolve) : [host];
  const bad = addresses.find((address) => !isPublicAddress(address));
  if (bad !== undefined) throw refused(field, text, privateAddress(bad));
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return (await resolve(host)).map(({ address }) => address);
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error) return [];
    throw error;
  }
}

function privateAddress(address: string): string {
  return (
    `leads to ${address}, which is not a public address: give one that is, ` +
    'or let the operator set callbacks.allowPrivateAddresses in slicecast.yaml'
  );
}

function refused(field: string, value: string, message: string): AppError {
  return new AppError(`${field} ${message}`, {
    status: 400,
    code: 'callback-url-refused',
    errors: [{ field, value: value.slice(0, longestValue), message }],
  });
}
