import { createSampleReader, Measurement, topics } from '@slicecast/contracts';
import type { Clock, LogRecord, TopicSpec } from '@slicecast/platform';
import type { Static, TSchema } from 'typebox';
import type { PointSink } from '../domain/point-sink.ts';
import { recordDecision } from '../domain/record-decision.ts';
import { recordForecast } from '../domain/record-forecast.ts';
import { recordHop } from '../domain/record-hop.ts';
import { recordInput } from '../domain/record-input.ts';
import { recordMeasurement } from '../domain/record-measurement.ts';
import { recordSample } from '../domain/record-sample.ts';
import { recordState } from '../domain/record-state.ts';
import { createSeriesHeads } from '../domain/series-heads.ts';
import { createTimeReader } from '../domain/time-reader.ts';
import type { FeatureNames } from './feature-names.ts';

/** A topic, and how one of its messages becomes points. */
export interface RecordedTopic<Schema extends TSchema = TSchema> {
  readonly topic: TopicSpec<Schema>;
  /** Awaited before a batch's messages are recorded. */
  prepare?(records: readonly LogRecord<Static<Schema>>[]): Promise<void>;
  record(message: LogRecord<Static<Schema>>, sink: PointSink): void;
}

export interface TopicOptions {
  /** Of Slicecast's own measurements. */
  readonly bucket: string;
  /** Names of topics in MLO-V2's form. */
  readonly measurementTopics: readonly string[];
  readonly names: FeatureNames;
  /** Event time. */
  readonly clock: Pick<Clock, 'now'>;
}

/** Calls `take` with each topic that is recorded, so that each keeps its own type of message. */
export function eachRecordedTopic<Result>(
  options: TopicOptions,
  take: <Schema extends TSchema>(recorded: RecordedTopic<Schema>) => Result,
): Result[] {
  const { bucket, measurementTopics, names, clock } = options;
  const memory = { heads: createSeriesHeads(), msOf: createTimeReader() };
  const here = () => ({ bucket, now: clock.now() });
  const measurements = measurementTopics.map((name) =>
    take<typeof Measurement>({
      topic: { name, schema: Measurement, cleanup: 'delete' },
      record: ({ value, key }, sink) => recordMeasurement(value, { key, bucket }, sink),
    }),
  );
  return [
    ...measurements,
    take<typeof topics.selectedMetrics.schema>({
      topic: { ...topics.selectedMetrics, ...createSampleReader() },
      record: ({ value }, sink) => recordSample(value, memory, sink),
    }),
    take<typeof topics.sliceInputs.schema>({
      topic: topics.sliceInputs,
      prepare: (records) =>
        names.learn(records.flatMap(({ value }) => (value.kind === 'row' ? value.features : []))),
      record({ value }, sink) {
        recordInput(value, { bucket, nameOf: names.of }, sink);
        if (value.kind === 'row') recordHop('row', value, here(), sink);
      },
    }),
    take<typeof topics.sliceForecasts.schema>({
      topic: topics.sliceForecasts,
      record({ value }, sink) {
        recordForecast(value, bucket, sink);
        const horizons = value.forecasts.map(({ horizonSeconds }) => horizonSeconds);
        const horizon = horizons.length === 0 ? {} : { horizonSeconds: Math.max(...horizons) };
        recordHop('forecast', value, { ...here(), ...horizon }, sink);
      },
    }),
    take<typeof topics.sliceDecisions.schema>({
      topic: topics.sliceDecisions,
      record({ value }, sink) {
        recordDecision(value, bucket, sink);
        recordHop('decision', value, { ...here(), leadSeconds: value.leadTimeSeconds }, sink);
      },
    }),
    take<typeof topics.sliceStates.schema>({
      topic: topics.sliceStates,
      record: ({ value, at }, sink) => recordState(value, { publishedAt: at, bucket }, sink),
    }),
  ];
}
