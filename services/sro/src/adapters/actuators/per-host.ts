import type { PerHost } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';

/** A host that could be an option of a command, or more than one word, is none. */
const hostPattern = /^[A-Za-z0-9:[][A-Za-z0-9.:_%\]-]*$/;

export function isHostName(host: string): boolean {
  return hostPattern.test(host);
}

/** One of the operator's names that differ by host. */
export interface HostNames {
  readonly actuator: string;
  /** Where it stands in the operator's file, e.g. `interface`. */
  readonly field: string;
  readonly names: PerHost;
  /** What a name must be as a whole. */
  readonly pattern: RegExp;
}

/**
 * The name for a host.
 *
 * @throws AppError `actuator-parameter` for a host that has none, or a name that does not match
 */
export function nameOf({ actuator, field, names, pattern }: HostNames, host: string): string {
  const name = isHostName(host) ? nameFor(names, host) : undefined;
  if (name !== undefined && pattern.test(name)) return name;
  const what = name === undefined ? `has no ${field} for host ${shown(host)}` : refused(name);
  const remedy = `set it under ${field} of ${actuator} in the operator's file`;
  throw new AppError(`actuator ${actuator} ${what}: ${remedy}`, {
    status: 422,
    code: 'actuator-parameter',
  });

  function refused(given: string): string {
    return `cannot take ${shown(given)} as ${field} of host ${host}, which must match ${pattern.source}`;
  }
}

function nameFor(names: PerHost, host: string): string | undefined {
  if (typeof names === 'string') return names.replaceAll('{host}', () => host);
  return Object.hasOwn(names, host) ? names[host] : undefined;
}

function shown(text: string): string {
  return JSON.stringify(text).slice(0, 100);
}
