import type { HttpClient } from '@slicecast/platform';
import type { Callbacks } from '../ports.ts';

/** Callbacks over HTTP; the client follows no redirects. */
export function createCallbacks(http: HttpClient): Callbacks {
  return {
    async deliver(url, files, deliveryId, { signal, headers }) {
      const form = new FormData();
      for (const { part, filename, contentType, content } of files) {
        form.append(part, new Blob([...content], { type: contentType }), filename);
      }
      await http.request({
        method: 'POST',
        url,
        form,
        responseType: 'text',
        headers: { ...headers, 'idempotency-key': deliveryId },
        signal,
      });
    },
    async report(url, body, deliveryId, { signal, headers }) {
      await http.request({
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
