import { createSampleWriter, topics } from '@slicecast/contracts';
import type { Log } from '@slicecast/platform';
import type { TakenSample } from '../domain/sample-store.ts';

const topic = { ...topics.selectedMetrics, write: createSampleWriter() };

/** Publishes samples in MLO-V2's form to `selected-metrics-5`, for dashboards and old readers; resolves when durable. */
export async function publishSamples(log: Log, samples: readonly TakenSample[]): Promise<void> {
  if (samples.length === 0) return;
  const timeText = createTimeText();
  await log.append(
    topic,
    samples.map(({ series, labels, at, value, stale }) => ({
      key: series,
      at,
      value: {
        labels,
        name: labels.__name__ ?? '',
        timestamp: timeText(at),
        value: sampleText(value),
        ...(stale === true ? { stale } : {}),
      },
    })),
  );
}

/** RFC 3339: whole seconds as MLO-V2 wrote them; milliseconds where there are any. A scrape's samples share one text. */
function createTimeText(): (at: number) => string {
  let last = Number.NaN;
  let text = '';
  return (at) => {
    if (at !== last) {
      text = new Date(at).toISOString().replace('.000Z', 'Z');
      last = at;
    }
    return text;
  };
}

function sampleText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
