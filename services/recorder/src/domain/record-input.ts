import type { FeatureState, SliceInput, SliceInputRow } from '@slicecast/contracts';
import {
  floatField,
  integerField,
  isRecordable,
  lineOf,
  stringField,
  tagText,
} from './line-protocol.ts';
import type { PointSink } from './point-sink.ts';
import { sliceTags } from './slice-tags.ts';

export interface InputContext {
  readonly bucket: string;
  /** What people call a feature. A field, not a tag: a name learned later must not make a second point. */
  nameOf(featureId: string): string;
}

/**
 * Measurement `tick`: the flavor in force, the observed KPI, how many features are usable; a KPI that
 * comes after its row joins the same point. Measurement `feature`: value, state and age of each one.
 */
export function recordInput(input: SliceInput, context: InputContext, sink: PointSink): void {
  if (!isRecordable(input.at)) {
    sink.drop('bad-time');
    return;
  }
  const tags = sliceTags(input);
  if (input.kind === 'kpi') {
    sink.point(context.bucket, lineOf('tick', tags, [['kpi', floatField(input.kpi)]], input.at));
    return;
  }
  sink.point(context.bucket, tickLine(input, tags));
  for (const index of input.features.keys()) {
    sink.point(context.bucket, featureLine(input, index, tags, context));
  }
}

function tickLine(row: SliceInputRow, tags: string): string | undefined {
  return lineOf(
    'tick',
    tags,
    [
      ['kpi', floatField(row.kpi)],
      ['flavor', integerField(row.flavorInForce)],
      ['epoch', integerField(row.epoch)],
      ['features', integerField(row.features.length)],
      ['usable', integerField(row.states.filter(isUsable).length)],
    ],
    row.at,
  );
}

function isUsable(state: FeatureState): boolean {
  return state === 'fresh' || state === 'late';
}

function featureLine(
  row: SliceInputRow,
  index: number,
  tags: string,
  context: InputContext,
): string | undefined {
  const id = row.features[index] ?? '';
  const sampledAt = row.sampledAt[index] ?? null;
  return lineOf(
    'feature',
    `${tags}${tagText('feature', id)}`,
    [
      ['value', floatField(row.values[index])],
      ['state', stringField(row.states[index] ?? 'missing')],
      ['age_seconds', sampledAt === null ? undefined : floatField((row.at - sampledAt) / 1000)],
      ['name', stringField(context.nameOf(id))],
    ],
    row.at,
  );
}
