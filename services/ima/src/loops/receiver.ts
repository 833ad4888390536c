import type { Log } from '@slicecast/platform';
import type { Select } from '../domain/remote-write/chosen-series.ts';
import type { WrittenSeries } from '../domain/remote-write/read-write-request.ts';
import { createWriteReader, type WriteReader } from '../domain/remote-write/write-reader.ts';
import type { Feeds } from './feed-slices.ts';
import { publishSamples } from './publish-samples.ts';

/** What the routes of remote write work with: it knows what is selected once the log has told. */
export interface Receiver {
  readonly reader: WriteReader;
  /** Resolves when the log has them. */
  publish(series: readonly WrittenSeries[]): Promise<void>;
  missing(): string | undefined;
  begin(select: Select): void;
  /** From now on the feeds get what is written at once; the log need not have it first, since it holds the rows. */
  feed(feeds: Pick<Feeds, 'handOver'>): void;
}

export function createReceiver(log: Log): Receiver {
  let select: Select | undefined;
  let feeds: Pick<Feeds, 'handOver'> | undefined;
  const reader = createWriteReader((labels) => select?.(labels));
  return {
    reader,
    missing: () => (select === undefined ? 'it does not know yet what is selected' : undefined),
    begin(now) {
      select = now;
      reader.forget();
    },
    feed(now) {
      feeds = now;
    },
    async publish(series) {
      for (const { hash, labels, samples } of series) {
        for (const sample of samples) feeds?.handOver(hash, { labels, ...sample });
      }
      await publishSamples(
        log,
        series.flatMap(({ hash, labels, samples }) =>
          samples.map((sample) => ({ series: hash, labels, ...sample })),
        ),
      );
    },
  };
}
