import type { Database } from '@slicecast/platform';
import type { DriftTrainings } from '../ports.ts';
import { type TrainingRow, toJob, trainingColumns } from './training-row.ts';

export function createDriftTrainings(database: Database): DriftTrainings {
  return {
    async newest({ tenantId, sliceId }) {
      const [row] = await database.query<TrainingRow>(
        `select ${trainingColumns} from forecasting.trainings
         where origin = 'drift' and tenant_id = $1 and slice_id = $2
         order by created_at desc, id limit 1`,
        [tenantId, sliceId],
      );
      if (row === undefined) return undefined;
      const { incumbent, model_id: modelId, won } = row;
      return { job: toJob(row), incumbent, modelId, won: won === true };
    },
  };
}
