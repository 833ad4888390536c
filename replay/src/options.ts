import { join } from 'node:path';
import type { parseArgs } from 'node:util';
import { OperatorFile, Policy, type SliceState } from '@slicecast/contracts';
import { AppError, loadYaml } from '@slicecast/platform';
import { checkPolicy } from '@slicecast/sro/domain/policies/check-policy.ts';
import { firstState } from '@slicecast/sro/domain/slice-definition.ts';
import { endOfFirstCycles } from './recording/first-cycles.ts';
import { type FlavorFiles, readRecording } from './recording/read-recording.ts';
import type { Recording } from './recording/recording.ts';
import type { Span } from './recording/span.ts';

const root = join(import.meta.dirname, '../..');

export const replayUsage = `  --x ID=FILE, --y ID=FILE   X and Y of a flavor's run, in MLO-V2's form; once a flavor
                             (default: the recorded traces in testbed/data)
  --from T, --to T           the judged part, ISO instants or epoch seconds; everything before
                             --from is learned from (default: about the first third of the
                             record, in whole cycles of its load)
  --slices FILE, --slice ID  SLA, flavors and prices (default: the first slice of slicecast.yaml)
  --change-seconds N         what a change takes until it is felt (default 3)
  --violation-price N        worth of a violation-second, in the unit of the prices (default 10)
  --report FILE              write the figures as JSON`;

export const replayArguments = {
  x: { type: 'string', multiple: true },
  y: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  slices: { type: 'string', default: join(root, 'slicecast.yaml') },
  slice: { type: 'string' },
  policy: { type: 'string' },
  'change-seconds': { type: 'string', default: '3' },
  'violation-price': { type: 'string', default: '10' },
  record: { type: 'string' },
  synthetic: { type: 'boolean', default: false },
  seed: { type: 'string', default: '11' },
  report: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof replayArguments }>>['values'];

/** What is replayed, and on which terms. */
export interface Job {
  readonly recording: Recording;
  readonly slice: SliceState;
  readonly span: Span;
  readonly changeSeconds: number;
  readonly violationPrice: number;
}

/** Reads the files that the arguments name. AppError 400 names the argument and what is wrong with it. */
export async function jobOf(values: Values): Promise<Job> {
  const definitions = (await loadYaml(values.slices, OperatorFile)).slices ?? [];
  const definition = definitions.find(
    ({ id }) => values.slice === undefined || String(id) === values.slice,
  );
  if (definition === undefined) {
    throw refuse('--slice', `${values.slices} has ${definitions.map(({ id }) => id).join(', ')}`);
  }
  const files = filesOf(values, definition.flavors);
  const recording = await readRecording(files, definition.kpi.name);
  const slice = { ...firstState(definition, recording.at[0] ?? 0), stepMs: recording.stepMs };
  const from = indexOf(recording, values.from, '--from') ?? endOfFirstCycles(recording);
  const to = indexOf(recording, values.to, '--to') ?? recording.at.length;
  if (from >= to) throw refuse('--from', 'leaves nothing to judge before --to');
  return {
    recording,
    slice,
    span: { from, to },
    ...termsOf(values),
  };
}

/** What a change takes, and what a violation-second is worth. */
export function termsOf(values: Values): Pick<Job, 'changeSeconds' | 'violationPrice'> {
  return {
    changeSeconds: numberOf(values['change-seconds'], '--change-seconds'),
    violationPrice: numberOf(values['violation-price'], '--violation-price'),
  };
}

export function wholeOf(text: string, name: string): number {
  const value = numberOf(text, name);
  if (Number.isSafeInteger(value)) return value;
  throw refuse(name, `${text} is not a whole number`);
}

/** A policy from a file, fit for the slice. */
export async function policyOf(path: string, slice: SliceState): Promise<Policy> {
  const policy = await loadYaml(path, Policy);
  const [fault] = checkPolicy(policy, slice.flavors);
  if (fault !== undefined) throw refuse(path, `${fault.field} ${fault.message}`);
  return policy;
}

/** The files of the arguments; without any, the recorded traces of the slice's flavors. */
function filesOf({ x = [], y = [] }: Values, flavors: SliceState['flavors']): FlavorFiles[] {
  const traces = join(root, 'testbed/data/mlo-v2');
  const traced = flavors.map(({ id }) => ({
    flavorId: id,
    x: join(traces, `flavor_${id}/x_selected_metrics.csv`),
    y: join(traces, `flavor_${id}/y_metrics.csv`),
  }));
  if (x.length === 0 && y.length === 0) return traced;
  const known = new Set(flavors.map(({ id }) => id));
  const byFlavor = (given: readonly string[], name: string) =>
    new Map(
      given.map((each) => {
        const [, id = '', path = ''] = /^(\d+)=(.+)$/.exec(each) ?? [];
        if (known.has(Number(id))) return [Number(id), path] as const;
        throw refuse(name, `${each} is not ID=FILE with a flavor of ${[...known].join(', ')}`);
      }),
    );
  const [xs, ys] = [byFlavor(x, '--x'), byFlavor(y, '--y')];
  return [...xs].map(([flavorId, path]) => {
    const own = ys.get(flavorId);
    if (own === undefined) throw refuse('--y', `has no file of flavor ${flavorId}`);
    return { flavorId, x: path, y: own };
  });
}

function indexOf(recording: Recording, text: string | undefined, name: string) {
  if (text === undefined) return undefined;
  const at = instantOf(text, name);
  const index = recording.at.findIndex((each) => each >= at);
  return index < 0 ? recording.at.length : index;
}

/** An ISO instant or epoch seconds as epoch ms. */
export function instantOf(text: string, name: string): number {
  const at = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isFinite(at)) return at;
  throw refuse(name, `${text} is no ISO instant and no epoch seconds`);
}

function numberOf(text: string, name: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw refuse(name, `${text} is not a number of 0 or more`);
}

function refuse(what: string, why: string): AppError {
  return new AppError(`${what}: ${why}`, { status: 400, code: 'argument-invalid' });
}
