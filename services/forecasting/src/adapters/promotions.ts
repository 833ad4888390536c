import type { ModelPromotion } from '@slicecast/contracts';
import type { Database } from '@slicecast/platform';
import type { Promotions } from '../ports.ts';

export function createPromotions(database: Database): Promotions {
  return {
    waiting: (limit) =>
      database.query<{ trainingId: string; promotion: ModelPromotion }>(
        `select id as "trainingId", promotion from forecasting.trainings
         where promotion is not null order by updated_at, id limit $1`,
        [limit],
      ),
    async published(trainingId) {
      await database.query('update forecasting.trainings set promotion = null where id = $1', [
        trainingId,
      ]);
    },
  };
}
