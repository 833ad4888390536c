import { type SliceDecision, topics } from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';
import type { DecisionLog } from '../deciding-ports.ts';

/** The decisions in the topic `slice-decisions`, key = slice id. */
export function createDecisionLog(log: Log): DecisionLog {
  const topic = topics.sliceDecisions;
  return {
    append: (decisions) =>
      log.append(
        topics.sliceDecisions,
        decisions.map((value) => ({ key: String(value.sliceId), at: value.at, value })),
      ),

    async newest(sliceIds, fromMs) {
      const newest = new Map<number, SliceDecision>();
      const key = new Set(sliceIds.map(String));
      const record = { topic, key, fromMs, toMs: Number.MAX_SAFE_INTEGER };
      for await (const { value } of log.readByTime(record)) {
        if (value.state !== null) newest.set(value.sliceId, value);
      }
      return newest;
    },

    async find(sliceId, at, id) {
      const record = { topic, key: String(sliceId), fromMs: at, toMs: at + 1 };
      for await (const { value } of log.readByTime(record)) {
        if (value.id === id) return value;
      }
      return undefined;
    },
  };
}
