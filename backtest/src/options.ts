import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDecimal } from '@slicecast/contracts';
import { refuse } from './refuse.ts';
import type { Job } from './run/job.ts';

export const usage = `Usage: npm run backtest -- --x X.csv --y Y.csv --kpi NAME [OPTIONS]

Trains on the first part of a recording, forecasts the rest as if it came live, and says how good that was.

  --x FILE            the metrics: a CSV file with a column of times and one for each metric; an empty
                      cell was not measured
  --y FILE            the KPI: a CSV file with a column of times and one of the KPI
  --kpi NAME          the KPI's column in --y
  --timestamp NAME    the column of times in both (default: timestamp, else the first); epoch seconds,
                      epoch milliseconds or RFC 3339
  --horizon SECONDS   how far ahead (default 30)
  --split SHARE       train on this share of the rows, judge on the rest (default .7)
  --rolling           instead, judge on several parts in turn, trained anew on all before each: on
                      cycles of the load where it has one, else on fifths of the last 60 %
  --no-live-kpi       the KPI is known in the training part alone: forecast from X
  --k N|auto          how many metrics to select, where there are more (default 15); auto: as many as help
  --bound VALUE       judge P(KPI > VALUE) as well
  --seed N            of resampling and models (default 1)
  --predictions FILE  write every forecast as CSV
  --report FILE       write all figures as JSON
  --plot FILE         where to draw forecast, intervals and actual (default backtest.svg); none: nowhere
  --help

Exit code 2: input that cannot be used; one line says which, why, and what to do.
`;

const settings = {
  x: { type: 'string' },
  y: { type: 'string' },
  kpi: { type: 'string' },
  timestamp: { type: 'string' },
  horizon: { type: 'string', default: '30' },
  split: { type: 'string' },
  rolling: { type: 'boolean', default: false },
  'no-live-kpi': { type: 'boolean', default: false },
  k: { type: 'string', default: '15' },
  bound: { type: 'string' },
  seed: { type: 'string', default: '1' },
  predictions: { type: 'string' },
  report: { type: 'string' },
  plot: { type: 'string', default: 'backtest.svg' },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof settings }>>['values'];

export interface Options {
  readonly x: string;
  readonly y: string;
  readonly kpi: string;
  readonly timestamp: string | undefined;
  readonly job: Job;
  /** Where what is asked for is written. */
  readonly predictions: string | undefined;
  readonly report: string | undefined;
  readonly plot: string | undefined;
}

/** The options of the command line, paths from `folder`; `help` when that is asked for. AppError names option and value. */
export function parseOptions(argv: readonly string[], folder: string): Options | 'help' {
  const values = parse(argv);
  if (values.help) return 'help';
  const path = (given: string | undefined) => given && resolve(folder, given);
  if (values.rolling && values.split !== undefined) {
    throw refuse('--split', 'goes not with --rolling', 'give one of the two');
  }
  return {
    x: resolve(folder, demand(values, 'x', 'a CSV file of the metrics')),
    y: resolve(folder, demand(values, 'y', 'a CSV file of the KPI')),
    kpi: demand(values, 'kpi', "the KPI's column in --y"),
    timestamp: values.timestamp,
    job: jobOf(values),
    predictions: path(values.predictions),
    report: path(values.report),
    plot: values.plot === 'none' ? undefined : path(values.plot),
  };
}

function parse(argv: readonly string[]): Values {
  try {
    return parseArgs({ args: [...argv], options: settings }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refuse('options', ...faultAndRemedy(error.message), error);
  }
}

function faultAndRemedy(message: string): [string, string] {
  const [, dashing] = /^Option '(--[a-z-]+)' argument is ambiguous/.exec(message) ?? [];
  if (dashing !== undefined) {
    return [`the value of ${dashing} begins with a dash`, `write ${dashing}=VALUE`];
  }
  const fault = message
    .replace(/(\. |\n).*$/s, '')
    .replace(/^[OU]/, (first) => first.toLowerCase());
  return [fault, `they are ${Object.keys(settings).map(dashed).join(', ')}`];
}

const dashed = (name: string) => `--${name}`;

function demand(values: Values, name: 'x' | 'y' | 'kpi', what: string): string {
  const value = values[name];
  if (value === undefined || value === '') throw refuse(`--${name}`, 'is missing', `give ${what}`);
  return value;
}

function jobOf(values: Values): Job {
  const share = numberOf(
    'split',
    values.split ?? '.7',
    'a share above 0 and below 1',
    (v) => v > 0 && v < 1,
  );
  return {
    horizonSeconds: numberOf('horizon', values.horizon, 'whole seconds, 1 or more', whole(1)),
    test: values.rolling ? { kind: 'rolling' } : { kind: 'split', share },
    liveKpi: !values['no-live-kpi'],
    k: values.k === 'auto' ? 'auto' : numberOf('k', values.k, 'auto, or 1 to 1000', whole(1, 1000)),
    ...(values.bound !== undefined && {
      bound: numberOf('bound', values.bound, "a number in the KPI's unit", () => true),
    }),
    seed: numberOf('seed', values.seed, 'a whole number, 0 or more', whole(0)),
  };
}

function whole(least: number, most = Number.MAX_SAFE_INTEGER): (value: number) => boolean {
  return (value) => Number.isInteger(value) && value >= least && value <= most;
}

function numberOf(
  name: string,
  text: string,
  what: string,
  fits: (value: number) => boolean,
): number {
  const value = parseDecimal(text);
  if (value !== undefined && fits(value)) return value;
  throw refuse(`--${name}`, `\`${text}\` does not do`, `give ${what}`);
}
