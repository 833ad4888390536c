import type { Flavor, TrafficControl } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { Actuator } from '../../deciding-ports.ts';
import { boundsFault, rateParameterOf, rateWithin } from '../../domain/tc-rate.ts';
import { eachOf, type Failure } from './each-of.ts';
import { createLinkQueue, type LinkQueue } from './link-queue.ts';
import { invalidActuator } from './parameter-patterns.ts';
import { type Link, linksOf } from './tc-links.ts';
import { remedyOf } from './tc-remedy.ts';
import { isAsAsked, type Root, type SettableRoot } from './token-bucket.ts';

/** So many hosts are read or changed side by side. */
const MAX_PARALLEL_HOSTS = 8;
/** Putting back goes on after an abort: for so long, within the time that a service has to stop. */
const GRACE_MS = 5_000;
/** MLO-V2's burst: some frames of 1,500 bytes. */
const LEAST_BURST_BYTES = 10_000;
/** A bucket that holds less than passes between two of the kernel's timers slows the link below its rate. */
const LEAST_BURST_SECONDS = 0.001;

/**
 * Sets the rate of an interface on every host of the slice: all are read before the first is changed, each
 * is read back after its change, and when one fails those that were changed are put back to what was read.
 *
 * @param environment the variables that tc and ssh see; nothing of this process's own
 * @throws AppError `actuator-invalid` for bounds that are no rates
 */
export function createTc(
  definition: TrafficControl,
  environment: Readonly<Record<string, string>>,
): Actuator {
  const fault = boundsFault(definition);
  if (fault !== undefined) throw invalidActuator(definition.name, fault);
  const queue = createLinkQueue(definition, environment);
  return {
    async apply({ slice, to, signal }) {
      const wanted = wantedRoot(definition, to);
      const links = linksOf(definition, slice.hosts);
      const read = await eachOf(links, MAX_PARALLEL_HOSTS, async (link) =>
        settable(link, await queue.read(link, signal)),
      );
      if (read.failures.length > 0) {
        throw linksFailed(definition, links.length, read.failures, 'nothing was changed');
      }
      const { begun, failures } = await setUntilOneFails(queue, links, wanted, signal);
      if (failures.length === 0) return;
      const fate = await putBack(queue, begun, read.results, abortLater(signal, GRACE_MS));
      throw linksFailed(definition, links.length, failures, fate);
    },
  };
}

function wantedRoot(definition: TrafficControl, to: Flavor): SettableRoot {
  const parameter = rateParameterOf(definition);
  const value = to.parameters?.[parameter];
  const of = `parameter ${parameter} of actuator ${definition.name}`;
  if (value === undefined) throw refused(`${of} is missing: flavor ${to.name} does not have it`);
  const rate = rateWithin(definition, value);
  if (typeof rate !== 'number') throw refused(`${of} ${rate.fault}, not ${JSON.stringify(value)}`);
  const { burstBytes, latencyMs = 1 } = definition;
  const leastBurst = Math.max(LEAST_BURST_BYTES, Math.ceil((rate / 8) * LEAST_BURST_SECONDS));
  return {
    kind: 'tbf',
    bucket: {
      rate,
      burstBytes: burstBytes ?? leastBurst,
      latencyUs: Math.round(latencyMs * 1000),
    },
  };
}

function refused(message: string): AppError {
  return new AppError(message, { status: 422, code: 'actuator-parameter' });
}

/** @throws AppError `actuator-foreign-queue` for what another has set and could not be put back */
function settable({ title, device }: Link, root: Root): SettableRoot {
  if (root.kind !== 'foreign') return root;
  const remedy = `remove it there (tc qdisc del dev ${device} root) or name another interface`;
  const message = `${title} has ${root.what}, which could not be put back: ${remedy}`;
  throw new AppError(message, { status: 409, code: 'actuator-foreign-queue' });
}

/** Once one has failed, those that wait are not begun any more. A failed one may be changed all the same. */
async function setUntilOneFails(
  queue: LinkQueue,
  links: readonly Link[],
  wanted: SettableRoot,
  signal: AbortSignal,
): Promise<{ begun: readonly Link[]; failures: readonly Failure<Link>[] }> {
  const begun: Link[] = [];
  let failed = false;
  const { failures } = await eachOf(links, MAX_PARALLEL_HOSTS, async (link) => {
    if (failed) return;
    begun.push(link);
    try {
      await queue.set(link, wanted, signal);
    } catch (error) {
      failed = true;
      throw error;
    }
  });
  return { begun, failures };
}

/** In words, what became of the links that were begun. */
async function putBack(
  queue: LinkQueue,
  begun: readonly Link[],
  before: ReadonlyMap<Link, SettableRoot>,
  signal: AbortSignal,
): Promise<string> {
  const { failures } = await eachOf(begun, MAX_PARALLEL_HOSTS, async (link) => {
    const root = before.get(link);
    if (root === undefined || isAsAsked(await queue.read(link, signal), root)) return;
    await queue.set(link, root, signal);
  });
  if (failures.length === 0) return 'all hosts are as they were before';
  const named = failures.map(({ item, error }) => `${item.title} (${messageOf(error)})`);
  return `could not be put back to what was before: ${named.join('; ')}`;
}

/** Aborts so long after the other does. */
function abortLater(signal: AbortSignal, afterMs: number): AbortSignal {
  const late = new AbortController();
  const begin = () => setTimeout(() => late.abort(signal.reason), afterMs).unref();
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return late.signal;
}

function linksFailed(
  definition: TrafficControl,
  count: number,
  failures: readonly Failure<Link>[],
  fate: string,
): AppError {
  const named = failures.map(({ item, error }) => {
    const said = messageOf(error);
    return `${item.title} (${said}${remedyOf(said, definition)})`;
  });
  const [first] = failures;
  const code = first?.error instanceof AppError ? first.error.code : 'actuator-failed';
  // What could not be put back is the last to be cut off.
  const what = `${failures.length} of ${count} links failed: ${named.join('; ')}`.slice(0, 3000);
  const message = `${what}; ${fate}`.slice(0, 6000);
  return new AppError(message, { status: 502, code, retriable: true, cause: first?.error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
