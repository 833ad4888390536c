import type { Log } from '@slicecast/platform';
import { SeriesChooser } from '../domain/remote-write/chosen-series.ts';
import type { WrittenSeries } from '../domain/remote-write/read-write-request.ts';
import { publishSamples } from './publish-samples.ts';

/** What the routes of remote write work with: it knows what is selected once the log has told. */
export interface Receiver {
  readonly chooser: SeriesChooser;
  publish(series: readonly WrittenSeries[]): Promise<void>;
  missing(): string | undefined;
  begin(selected: { has(hash: string): boolean }): void;
}

export function createReceiver(log: Log): Receiver {
  let selected: { has(hash: string): boolean } | undefined;
  const chooser = new SeriesChooser((hash) => selected?.has(hash) ?? false);
  return {
    chooser,
    missing: () => (selected === undefined ? 'it does not know yet what is selected' : undefined),
    begin(now) {
      selected = now;
      chooser.forget();
    },
    publish: (series) =>
      publishSamples(
        log,
        series.flatMap(({ hash, labels, samples }) =>
          samples.map((sample) => ({ series: hash, labels, ...sample })),
        ),
      ),
  };
}
