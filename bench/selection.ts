/**
 * How long feature selection takes from 10,000 rows × 500 series, by method: recorded columns among
 * distractors, and 500 noisy views of the load, of which every one has to be weighed. Run: `node bench/selection.ts`.
 */
import type { SelectionMethod } from '@slicecast/contracts';
import { selectFeatures } from '../services/feature-selection/src/domain/select-features.ts';
import type { Candidate } from '../services/feature-selection/src/domain/selection-task.ts';
import {
  candidateOf,
  seededNormal,
  taskOf,
} from '../services/feature-selection/test/fakes/candidates.ts';
import { distractors } from '../services/feature-selection/test/fakes/distractors.ts';
import { recordedProfile } from './recorded-profile.ts';

const rows = 10_000;
const count = 500;
const aimSeconds = 30;
const methods: readonly SelectionMethod[] = ['forward', 'f-regression', 'mutual-information'];

const profile = recordedProfile(1);
const clock = firstRows(profile.at);
const kpi = firstRows(profile.kpi);
const columns = profile.features.map((feature, index) => ({
  feature,
  values: firstRows(profile.columns[index] ?? []),
}));

const cases: Readonly<Record<string, readonly Candidate[]>> = {
  'recorded among distractors': [...columns, ...distractors(rows, 41, 1)].slice(0, count),
  'noisy views of the load': noisyViews(),
};

const results = Object.entries(cases).flatMap(([what, candidates]) =>
  methods.map((method) => {
    const task = taskOf({ clock, kpi, candidates, method });
    const begun = performance.now();
    const cpu = process.cpuUsage();
    const outcome = selectFeatures(task);
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - begun) / 1000;
    const taken = 'report' in outcome ? outcome.report.features.length : outcome.refused.code;
    return {
      case: what,
      method,
      rows: kpi.length,
      series: candidates.length,
      taken,
      seconds: Number(seconds.toFixed(1)),
      'processor seconds': Number(((user + system) / 1e6).toFixed(1)),
      'of the aim': `${((100 * seconds) / aimSeconds).toFixed(0)} %`,
    };
  }),
);
console.table(results);

/** The recorded columns with ever more noise, so that some duplicate them and others only resemble them. */
function noisyViews(): readonly Candidate[] {
  const normal = seededNormal(2);
  return Array.from({ length: count }, (_, nth) => {
    const values = columns[nth % columns.length]?.values ?? kpi;
    const noise = 0.05 * nth;
    return candidateOf(
      `view-${nth}`,
      values.map((value) => value + noise * normal()),
    );
  });
}

function firstRows(cells: readonly (number | null)[]): Float64Array {
  return Float64Array.from(cells.slice(0, rows), (cell) => cell ?? Number.NaN);
}
