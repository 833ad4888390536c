import type { Logger } from '@slicecast/platform';
import type { Extraction, ProfileJob, Training } from '../ports.ts';

export interface CallOffParts {
  readonly extraction: Pick<Extraction, 'cancel'>;
  readonly training: Pick<Training, 'cancel'>;
  readonly logger: Logger;
}

/** Tells whoever works for a job that is over. If it cannot be told, its work comes to nothing all the same. */
export async function callOff(
  { extraction, training, logger }: CallOffParts,
  job: ProfileJob,
): Promise<void> {
  await cancelUpstream(extraction, training, job)?.catch((error) =>
    logger.warn({ err: error, jobId: job.id }, 'the work for a job that is over goes on'),
  );
}

function cancelUpstream(
  extraction: CallOffParts['extraction'],
  training: CallOffParts['training'],
  { step, tenantId, imaJob, trainingJob }: ProfileJob,
): Promise<void> | undefined {
  if (step === 'extracting' && imaJob !== null) return extraction.cancel(tenantId, imaJob);
  if (step === 'training' && trainingJob !== null) return training.cancel(tenantId, trainingJob);
  return undefined;
}
