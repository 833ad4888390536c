import { type HttpClient, type Logger, retry, tenantHeader } from '@slicecast/platform';
import type { AnnounceFlavor } from '../deciding-ports.ts';

/** About a second in all: `slice-states` tells IMA the same. */
const attempts = { attempts: 3, baseDelayMs: 200, maxDelayMs: 800 };

/** `POST /elasticity/slice/:id/flavor/:flavor` of IMA, as MLO-V2 does it. */
export function createAnnounceFlavor(ima: HttpClient, logger: Logger): AnnounceFlavor {
  return async (slice, flavorId, signal) => {
    await retry(
      () =>
        ima.request({
          method: 'POST',
          url: `/elasticity/slice/${slice.sliceId}/flavor/${flavorId}`,
          headers: { [tenantHeader]: slice.tenantId },
          responseType: 'text',
          signal,
        }),
      {
        ...attempts,
        signal,
        onRetry: (error, attempt) =>
          logger.debug({ err: error, sliceId: slice.sliceId, attempt }, 'announcing again'),
      },
    );
  };
}
