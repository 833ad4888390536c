import { type Static, Type } from 'typebox';
import type { LogMessage, TopicSpec } from './log.ts';
import type { StoredRecord } from './log-storage.ts';

/** A value that did not fit its topic's schema, as it was found, with the reason. */
export const DeadLetter = Type.Object({
  topic: Type.String(),
  partition: Type.Integer(),
  offset: Type.Integer(),
  /** The consumers that refused it. */
  group: Type.String(),
  reason: Type.String(),
  /** The value's text as it stood in the log. */
  text: Type.String(),
});
export type DeadLetter = Static<typeof DeadLetter>;

/** Where the poison of a topic goes. */
export function deadLetterTopic(topic: string): TopicSpec<typeof DeadLetter> {
  return { name: `${topic}-dead`, schema: DeadLetter, cleanup: 'delete' };
}

export function deadLetterOf(
  source: { readonly topic: string; readonly partition: number; readonly group: string },
  record: StoredRecord,
  reason: string,
): LogMessage<DeadLetter> {
  const { topic, partition, group } = source;
  const value = { topic, partition, group, offset: record.offset, reason, text: record.json };
  return { key: record.key, at: record.at, value };
}
