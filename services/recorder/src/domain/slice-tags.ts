import type { SliceId, TenantId } from '@slicecast/contracts';
import { tagText } from './line-protocol.ts';

/** The tags that every measurement of a slice begins with. */
export function sliceTags(tick: {
  readonly tenantId: TenantId;
  readonly sliceId: SliceId;
}): string {
  return `,slice=${tick.sliceId}${tagText('tenant', tick.tenantId)}`;
}
