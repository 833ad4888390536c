import { createHmac } from 'node:crypto';

const form = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const leastBytes = 24;
const mostBytes = 64;

/** The key of a secret in the form of Standard Webhooks: `whsec_` and base64 of 24 to 64 bytes; else undefined. */
export function keyOfSecret(secret: string): Buffer | undefined {
  const base64 = form.exec(secret)?.[1];
  if (base64 === undefined) return undefined;
  const key = Buffer.from(base64, 'base64');
  return key.length >= leastBytes && key.length <= mostBytes ? key : undefined;
}

/**
 * The headers by which the other side knows who asked, what and when: HMAC-SHA256 over id, time and body,
 * as https://www.standardwebhooks.com says it.
 *
 * @param atMs epoch ms; sent in whole seconds
 */
export function signatureHeaders(
  key: Buffer,
  { id, atMs, body }: { readonly id: string; readonly atMs: number; readonly body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
