import type { HttpClient } from '@slicecast/platform';
import type { Callbacks, Sending } from '../ports.ts';

/** Callbacks over HTTP, without redirects: `own` goes to this suite's SRO, `foreign` wherever a tenant said. */
export function createCallbacks(clients: { own: HttpClient; foreign: HttpClient }): Callbacks {
  const clientOf = ({ own }: Sending) => (own ? clients.own : clients.foreign);
  return {
    async deliver(url, files, deliveryId, sending) {
      const { signal, headers } = sending;
      const form = new FormData();
      for (const { part, filename, contentType, content } of files) {
        form.append(part, new Blob([...content], { type: contentType }), filename);
      }
      await clientOf(sending).request({
        method: 'POST',
        url,
        form,
        responseType: 'text',
        headers: { ...headers, 'idempotency-key': deliveryId },
        signal,
      });
    },
    async report(url, body, deliveryId, sending) {
      const { signal, headers } = sending;
      await clientOf(sending).request({
        method: 'POST',
        url,
        json: body,
        responseType: 'text',
        headers: { ...headers, 'idempotency-key': deliveryId },
        signal,
      });
    },
  };
}
