import type { Policy } from '@slicecast/contracts';
import type { Job } from './options.ts';

/** What every policy is compared with. */
export function baselines(_job: Job): Record<string, Policy> {
  return { reactive: { kind: 'reactive' } };
}
