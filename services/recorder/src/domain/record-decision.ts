import type { SliceDecision } from '@slicecast/contracts';
import { slaBucket } from './buckets.ts';
import {
  floatField,
  integerField,
  isRecordable,
  keyText,
  lineOf,
  stringField,
} from './line-protocol.ts';
import type { PointSink } from './point-sink.ts';
import { sliceTags } from './slice-tags.ts';

/**
 * Measurement `decision`, one point a decision, with the numbers behind it as fields `number_<name>`, and
 * `verdict` where its tick ended the verification of the change before; a change is told as well in
 * MLO-V2's log of the slice, `sro_slice_<id>_logs`. Reason and action are fields: the same tick is the
 * same point, whatever was decided.
 */
export function recordDecision(decision: SliceDecision, bucket: string, sink: PointSink): void {
  if (!isRecordable(decision.at)) {
    sink.drop('bad-time');
    return;
  }
  const { action, reason, fromFlavor, toFlavor, at } = decision;
  const verdict = decision.verification?.verdict;
  const text = `flavor ${fromFlavor} → ${toFlavor}: ${reason}`;
  const numbers = Object.entries(decision.numbers).map(
    ([name, value]) => [keyText(`number_${name}`), floatField(value)] as const,
  );
  sink.point(
    bucket,
    lineOf(
      'decision',
      `${sliceTags(decision)},origin=${originOf(decision)}`,
      [
        ['action', stringField(action)],
        ['reason', stringField(reason)],
        ['policy', stringField(decision.policy)],
        ['mode', stringField(decision.mode)],
        ['from_flavor', integerField(fromFlavor)],
        ['to_flavor', integerField(toFlavor)],
        ['lead_time_seconds', floatField(decision.leadTimeSeconds)],
        ['epoch', integerField(decision.epoch)],
        ['verdict', verdict == null ? undefined : stringField(verdict)],
        ['text', action === 'change' ? stringField(text) : undefined],
        ...numbers,
      ],
      at,
    ),
  );
  if (action === 'keep') return;
  const { sliceId } = decision;
  sink.point(slaBucket(sliceId), `sro_slice_${sliceId}_logs value=${stringField(text)} ${at}`);
}

/** A decision that no tick asked for ends its id with what did: it may share an instant with a tick's. */
function originOf({ id }: SliceDecision): string {
  return /-(silence|manual)$/.exec(id)?.[1] ?? 'tick';
}
