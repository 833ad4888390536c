import type { SliceState } from '@slicecast/contracts';
import {
  booleanField,
  floatField,
  integerField,
  isRecordable,
  lineOf,
  stringField,
} from './line-protocol.ts';
import type { PointSink } from './point-sink.ts';
import { sliceTags } from './slice-tags.ts';

/**
 * Measurement `change`: the flavor in force, at the instant since which it is; every publication of one
 * epoch is the same point. Measurement `slice`: what is asked of the slice, at the publication.
 */
export function recordState(
  state: SliceState,
  { publishedAt, bucket }: { readonly publishedAt: number; readonly bucket: string },
  sink: PointSink,
): void {
  const tags = sliceTags(state);
  const flavor = state.flavors.find(({ id }) => id === state.flavorInForce);
  const name = flavor?.name ?? String(state.flavorInForce);
  if (isRecordable(state.flavorSince)) {
    sink.point(
      bucket,
      lineOf(
        'change',
        tags,
        [
          ['flavor', integerField(state.flavorInForce)],
          ['flavor_name', stringField(name)],
          ['price_per_hour', floatField(flavor?.pricePerHour)],
          ['epoch', integerField(state.epoch)],
          ['text', stringField(`flavor ${name} in force`)],
        ],
        state.flavorSince,
      ),
    );
  } else sink.drop('bad-time');
  if (!isRecordable(publishedAt)) {
    sink.drop('bad-time');
    return;
  }
  sink.point(
    bucket,
    lineOf(
      'slice',
      tags,
      [
        ['bound', floatField(state.sla.bound)],
        ['horizon_seconds', integerField(state.horizonSeconds)],
        ['flavor', integerField(state.flavorInForce)],
        ['mode', stringField(state.mode)],
        ['paused', booleanField(state.paused)],
        ['forecasting', booleanField(state.forecasting)],
        ['deleted', booleanField(state.deleted)],
        ['version', integerField(state.version)],
      ],
      publishedAt,
    ),
  );
}
