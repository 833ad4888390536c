import { call, follow } from '../demo/call-api.ts';

/** What InfluxDB has of what was acknowledged and decided. */
export interface FarEnd {
  readonly samples: {
    readonly acknowledged: number;
    readonly lost: number;
    readonly doubled: number;
  };
  /** Decided instants: seconds without one between the first and the last, and what InfluxDB has of the decided ones. */
  readonly ticks: {
    readonly decided: number;
    readonly skipped: number;
    readonly lost: number;
    readonly doubled: number;
  };
}

interface Sent {
  readonly numberedSlice: number;
  readonly acknowledged: number;
  /** Epoch ms, ascending. */
  readonly ticks: readonly number[];
}

const patienceMs = 30_000;

/** Counts in InfluxDB 1.8, once everything acknowledged is there, or after a while. */
export async function countAtFarEnd(
  influxUrl: string,
  { numberedSlice, acknowledged, ticks }: Sent,
): Promise<FarEnd> {
  const first = ticks[0] ?? 0;
  const last = ticks.at(-1) ?? 0;
  const decisions = `select "action" from "decision" where time >= ${first}ms and time <= ${last}ms and slice = '1'`;
  const samples = `select "value" from "R_99_${numberedSlice}"`;
  const ask = async () => {
    const numbers = (await rows(influxUrl, `slice_${numberedSlice}_slas`, samples)).map(
      ([, value]) => Number(value),
    );
    const decided = (await rows(influxUrl, 'slicecast', decisions)).map(([at]) => Number(at));
    const present = new Set(numbers.filter((number) => number <= acknowledged));
    const presentTicks = new Set(decided);
    return {
      samples: {
        acknowledged,
        lost: acknowledged - present.size,
        doubled: numbers.length - new Set(numbers).size,
      },
      ticks: {
        decided: ticks.length,
        skipped: (last - first) / 1000 + 1 - ticks.length,
        lost: ticks.filter((at) => !presentTicks.has(at)).length,
        doubled: decided.length - presentTicks.size,
      },
    };
  };
  const isWhole = (farEnd: FarEnd) => farEnd.samples.lost === 0 && farEnd.ticks.lost === 0;
  return follow(ask, isWhole, { timeoutMs: patienceMs, pauseMs: 500 }).catch(ask);
}

type Row = readonly [at: number, value: unknown];

async function rows(url: string, database: string, query: string): Promise<readonly Row[]> {
  const parameters = new URLSearchParams({ db: database, q: query, epoch: 'ms' });
  const answer = (await call('GET', `${url}/query?${parameters}`)) as {
    results: [{ error?: string; series?: { values: Row[] }[] }];
  };
  const [result] = answer.results;
  if (result.error !== undefined) throw new Error(`${query}: ${result.error}`);
  return (result.series ?? []).flatMap(({ values }) => values);
}
