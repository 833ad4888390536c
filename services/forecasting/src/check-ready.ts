import type { Clock, Database, ReadyCheck } from '@slicecast/platform';
import type { Forecasts } from './loops/start-forecasts.ts';
import type { Trainings } from './loops/start-trainings.ts';

export interface CheckReadyOptions {
  readonly database: Database;
  readonly forecasts: Pick<Forecasts, 'trouble' | 'slices' | 'runs'>;
  readonly trainings: Pick<Trainings, 'trouble'>;
  /** Event time. */
  readonly clock: Pick<Clock, 'now'>;
  readonly staleAfterMs: number;
}

/** What `/ready` tells: the database answers, trainings and forecasts get on, and the rows are fresh. */
export async function checkReady(options: CheckReadyOptions): Promise<ReadyCheck[]> {
  return [
    await databaseCheck(options.database),
    check('trainings', options.trainings.trouble(), 'taken up as they come'),
    check('forecasts', options.forecasts.trouble(), 'every batch of rows is durable'),
    check('freshness', staleSlices(options), 'every slice that forecasts has fresh rows'),
  ];
}

/** A slice without rows for longer than this many of its steps is stale, however long a step is. */
const staleSteps = 10;
const mostNamed = 5;

function staleSlices({ forecasts, clock, staleAfterMs }: CheckReadyOptions): string | undefined {
  const now = clock.now();
  const stale = (forecasts.slices()?.list() ?? []).flatMap((slice) => {
    const { sliceId, stepMs, forecasting, deleted } = slice;
    // A slice without a run may be at work in another process.
    const last = forecasts.runs.find(sliceId)?.run?.status().lastMessage;
    if (!forecasting || deleted || last === undefined || last === null) return [];
    const ageMs = now - last.at;
    if (ageMs <= Math.max(staleAfterMs, staleSteps * stepMs)) return [];
    return [`slice ${sliceId} for ${Math.round(ageMs / 1000)} s`];
  });
  if (stale.length === 0) return undefined;
  const more = stale.length > mostNamed ? ` and ${stale.length - mostNamed} more` : '';
  return `no row: ${stale.slice(0, mostNamed).join(', ')}${more}`;
}

function check(name: string, trouble: string | undefined, fine: string): ReadyCheck {
  return { name, ok: trouble === undefined, detail: trouble ?? fine };
}

async function databaseCheck(database: Database): Promise<ReadyCheck> {
  try {
    await database.query('select 1');
    return check('database', undefined, 'answers');
  } catch (error) {
    return check('database', error instanceof Error ? error.message : String(error), '');
  }
}
