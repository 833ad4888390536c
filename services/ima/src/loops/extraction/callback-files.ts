import { type SelectionReport, writeTimeserieMap, writeXSelected } from '@slicecast/contracts';
import type { CallbackFile } from '../../ports.ts';
import type { SelectedColumns } from './selected-columns.ts';

/**
 * The parts of the callback: MLO-V2's two files, and the profile in this suite's form, which a
 * receiver that knows it prefers and an MLO-V2 receiver ignores.
 */
export function callbackFiles(
  { profile, xSelected }: SelectedColumns,
  selection: SelectionReport,
): readonly CallbackFile[] {
  const bySeries = new Map(profile.features.map((feature) => [feature.series, feature.labels]));
  const mapped = [...bySeries.values()].map((labels) => ({ labels }));
  return [
    {
      part: 'timeserie_map',
      filename: 'timeserie_map.csv',
      contentType: 'text/csv',
      content: writeTimeserieMap(mapped),
    },
    {
      part: 'x_selected',
      filename: 'x_selected.csv',
      contentType: 'text/csv',
      content: writeXSelected(xSelected),
    },
    {
      part: 'profile',
      filename: 'profile.json',
      contentType: 'application/json',
      content: [JSON.stringify({ profile, selection })],
    },
  ];
}
