import type { RecordedPrometheus } from '../../testbed/src/recorded-prometheus/serve.ts';

/** The Y file of a flavor from its recorded KPI, as multipart part `file`: the last so many seconds. */
export function recordedY(
  { recording }: RecordedPrometheus,
  flavorId: number,
  seconds: number,
): FormData {
  const span = recording.timeline.profiles.get(flavorId);
  if (span === undefined) throw new Error(`flavor ${flavorId} was not recorded`);
  const lines = ['timestamp,R_99'];
  for (let second = span.end - seconds; second < span.end; second += 1) {
    const kpi = recording.kpiAt(second);
    if (kpi !== undefined) lines.push(`${second},${kpi}`);
  }
  const form = new FormData();
  form.append('file', new Blob([lines.join('\n')]), 'y.csv');
  return form;
}
