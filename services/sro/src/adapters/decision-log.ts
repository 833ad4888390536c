import { type SliceDecision, topics } from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';
import type { DecisionLog } from '../deciding-ports.ts';

/** The decisions in the topic `slice-decisions`, key = slice id. */
export function createDecisionLog(log: Log): DecisionLog {
  const read = (sliceId: number, fromMs: number, toMs: number) =>
    log.readByTime({ topic: topics.sliceDecisions, key: String(sliceId), fromMs, toMs });
  return {
    append: (decisions) =>
      log.append(
        topics.sliceDecisions,
        decisions.map((value) => ({ key: String(value.sliceId), at: value.at, value })),
      ),

    async newest(sliceId, fromMs) {
      let newest: SliceDecision | undefined;
      for await (const { value } of read(sliceId, fromMs, Number.MAX_SAFE_INTEGER)) {
        if (value.state !== null) newest = value;
      }
      return newest;
    },

    async find(sliceId, at, id) {
      for await (const { value } of read(sliceId, at, at + 1)) {
        if (value.id === id) return value;
      }
      return undefined;
    },
  };
}
