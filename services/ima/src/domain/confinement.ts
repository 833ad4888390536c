import type { MetricSource } from '@slicecast/contracts';
import { escapeRegex, promqlString } from './promql.ts';

/**
 * Matchers that confine every query of a slice: the operator's selector without its braces, or the
 * slice's hosts as the instances of any port.
 */
export function confinementOf(
  source: Pick<MetricSource, 'selector'>,
  hosts: readonly string[],
): string {
  if (source.selector !== undefined) {
    return source.selector.trim().replace(/^\{/, '').replace(/\}$/, '').replace(/,\s*$/, '').trim();
  }
  const anyHost = hosts.map(escapeRegex).join('|');
  return `instance=~${promqlString(`(${anyHost})(:[0-9]+)?`)}`;
}

/** Whether a metric may be a candidate: allowed by one pattern, where there are any, and denied by none. */
export function nameFilter(
  source: Pick<MetricSource, 'allow' | 'deny'>,
): (name: string) => boolean {
  const allow = source.allow?.map(wholeName);
  const deny = source.deny?.map(wholeName) ?? [];
  return (name) =>
    (allow === undefined || allow.some((pattern) => pattern.test(name))) &&
    !deny.some((pattern) => pattern.test(name));
}

function wholeName(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, 'u');
}
