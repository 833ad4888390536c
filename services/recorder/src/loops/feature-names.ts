import {
  type Feature,
  featureId,
  type Labels,
  type SliceState,
  topics,
} from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';

/** What people call the features, by the ids that rows carry. */
export interface FeatureNames {
  /** Reads the slices' states again when an id is not known, at most once in a while. */
  learn(ids: Iterable<string>): Promise<void>;
  /** The id itself while the name is not known. */
  of(id: string): string;
}

/** Ids of features that no slice's state tells are asked for no more often than this. */
const patienceMs = 10_000;

/** Bounded by what the slices' newest states hold. */
export function createFeatureNames(log: Log): FeatureNames {
  let names = new Map<string, string>();
  let readAt = Number.NEGATIVE_INFINITY;

  async function read(): Promise<void> {
    const newest = new Map<number, SliceState>();
    const everything = { topic: topics.sliceStates, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
    for await (const { value } of log.readByTime(everything)) newest.set(value.sliceId, value);
    const features = [...newest.values()].flatMap(({ trained }) =>
      trained.flatMap((flavor) => flavor.features),
    );
    names = new Map(features.map((feature) => [featureId(feature), nameOf(feature)]));
  }

  return {
    async learn(ids) {
      for (const id of ids) {
        if (names.has(id)) continue;
        if (performance.now() - readAt < patienceMs) return;
        await read();
        readAt = performance.now();
        return;
      }
    },
    of: (id) => names.get(id) ?? id,
  };
}

/** As in PromQL: `node_load1{instance="a:9100"}`, or `rate(node_cpu_seconds_total{cpu="0"}[60s])`. */
function nameOf({ labels, transform, windowMs }: Feature): string {
  const series = seriesName(labels);
  return transform === 'raw' ? series : `${transform}(${series}[${windowMs / 1000}s])`;
}

function seriesName({ __name__: name = '', ...labels }: Labels): string {
  const inside = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return inside.length === 0 ? name : `${name}{${inside.join(',')}}`;
}
