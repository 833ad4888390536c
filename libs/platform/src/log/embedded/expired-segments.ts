import type { Segment } from './segment.ts';

/** The oldest segments, past their age or beyond the size; never the growing one. */
export function expiredSegments(
  segments: readonly Segment[],
  bounds: { readonly maxAgeMs: number; readonly maxBytes: number },
  nowMs: number,
): Segment[] {
  let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const expired: Segment[] = [];
  for (const segment of segments.slice(0, -1)) {
    const old = nowMs - segment.lastWriteMs > bounds.maxAgeMs;
    if (!old && bytes <= bounds.maxBytes) break;
    expired.push(segment);
    bytes -= segment.bytes;
  }
  return expired;
}
