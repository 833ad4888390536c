import { hostname } from 'node:os';

/** Name of a process among several of its kind: the given one, else of its host and port, and so the same after a restart. */
export function instanceName(given: string | undefined, port: number): string {
  return given ?? `${hostname()}-${port}`;
}
