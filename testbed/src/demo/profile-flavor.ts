import type { Job, Model, SelectionReport } from '@slicecast/contracts';
import type { Recording } from '../recorded-prometheus/recording.ts';
import { CallFailed, call, follow } from './call-api.ts';
import type { Suite } from './start-suite.ts';

/** What profiling the recorded flavors needs of a suite. */
export type ProfiledSuite = Pick<Suite, 'urls' | 'prometheus'>;

/** A flavor that was profiled: what was selected, and the model that came of it. */
export interface ProfiledFlavor {
  readonly flavorId: number;
  readonly selection: SelectionReport;
  readonly model: Model;
  readonly seconds: number;
}

export interface ProfileOptions {
  readonly flavorId: number;
  /** In MLO-V2's form. */
  readonly yFile: string;
  readonly callbackUrl?: string;
  tell(job: Job): void;
}

const patienceMs = 300_000;

/** Profiles a flavor by the very calls of the contract: the Y file goes up, the job is followed to its model. */
export async function profileFlavor(
  { urls }: Pick<Suite, 'urls'>,
  options: ProfileOptions,
): Promise<ProfiledFlavor> {
  const begun = performance.now();
  const { flavorId, callbackUrl } = options;
  const sro = urls.sro ?? '';
  const form = new FormData();
  const csv = new Blob([options.yFile], { type: 'text/csv' });
  form.append('file', csv, `y_flavor_${flavorId}.csv`);
  const query = new URLSearchParams({
    sla_metric_name: 'R_99',
    timestamp_label: 'timestamp',
    ...(callbackUrl === undefined ? {} : { url_to_answer: callbackUrl }),
  });
  await call('POST', `${sro}/slice/1/flavor/${flavorId}/profile?${query}`, form);
  const job = await follow(
    () => newestJob(sro, flavorId),
    ({ status }) => status !== 'queued' && status !== 'running',
    { timeoutMs: patienceMs, pauseMs: 200, tell: options.tell },
  );
  if (job.status !== 'succeeded') {
    throw new CallFailed(`profiling flavor ${flavorId} ${job.status}: ${job.detail ?? ''}`);
  }
  // Parsed where it is shown; its form is the contract's.
  const profile = (await call('GET', `${sro}/api/v1/slices/1/profiles/${flavorId}`)) as {
    selection: SelectionReport;
    modelId: string;
  };
  const model = await call('GET', `${urls.forecasting}/api/v1/models/${profile.modelId}`);
  return {
    flavorId,
    selection: profile.selection,
    model: model as Model,
    seconds: (performance.now() - begun) / 1000,
  };
}

async function newestJob(sro: string, flavorId: number): Promise<Job> {
  const page = (await call('GET', `${sro}/api/v1/jobs?sliceId=1`)) as { items: Job[] };
  const job = page.items.find((candidate) => candidate.flavorId === flavorId);
  if (job === undefined) throw new CallFailed(`no job for flavor ${flavorId} is known`);
  return job;
}

/** What the tenant measured during the flavor's profile, in MLO-V2's form. */
export function yFile(recording: Recording, flavorId: number): string {
  const span = recording.timeline.profiles.get(flavorId);
  if (span === undefined) throw new CallFailed(`flavor ${flavorId} was not recorded`);
  const lines = ['timestamp,R_99'];
  for (let second = span.start; second < span.end; second += 1) {
    const kpi = recording.kpiAt(second);
    if (kpi !== undefined) lines.push(`${second},${kpi}`);
  }
  return `${lines.join('\n')}\n`;
}
