import { floatField, isRecordable, lineOf } from './line-protocol.ts';
import type { PointSink } from './point-sink.ts';
import { sliceTags } from './slice-tags.ts';

/** What a tick passes on its way. */
export type Hop = 'row' | 'forecast' | 'decision';

export interface HopContext {
  readonly bucket: string;
  /** Event time at which the message was read. */
  readonly now: number;
}

/** Later than this a message was waiting for the recorder, and says nothing of the hop. */
const longestDelayMs = 60_000;

/**
 * Measurement `hop`: how long after its tick a message of this hop could be read, and what is then left of
 * the horizon, both in seconds. `leadSeconds`: what the message itself says is left.
 */
export function recordHop(
  hop: Hop,
  message: { readonly tenantId: string; readonly sliceId: number; readonly at: number },
  { bucket, now, ...lead }: HopContext & { horizonSeconds?: number; leadSeconds?: number | null },
  sink: PointSink,
): void {
  const delayMs = now - message.at;
  if (delayMs < 0 || delayMs > longestDelayMs || !isRecordable(message.at)) return;
  const left = lead.horizonSeconds === undefined ? undefined : lead.horizonSeconds - delayMs / 1000;
  sink.point(
    bucket,
    lineOf(
      'hop',
      `${sliceTags(message)},hop=${hop}`,
      [
        ['delay_seconds', floatField(delayMs / 1000)],
        ['lead_seconds', floatField(lead.leadSeconds ?? left)],
      ],
      message.at,
    ),
  );
}
