import type { TrafficControl } from '@slicecast/contracts';
import { parseRate } from './rate.ts';

/** Less than this and a host would hardly be reached any more to be given more. */
const LOWEST_RATE = '64Kbit';

export const rateForm = 'must be a rate with its unit, such as 10Mbit';

type Bounds = Pick<TrafficControl, 'minRate' | 'maxRate'>;

/** Bits a second of a flavor's value, or in words what it must be. */
export function rateWithin(
  { minRate = LOWEST_RATE, maxRate }: Bounds,
  value: string,
): number | { readonly fault: string } {
  const rate = parseRate(value);
  if (rate === undefined) return { fault: rateForm };
  if (rate < boundOf(minRate, 0)) return { fault: `must be at least ${minRate}` };
  const most = boundOf(maxRate, Number.POSITIVE_INFINITY);
  return rate > most ? { fault: `must be at most ${maxRate}` } : rate;
}

export function rateParameterOf({ rateParameter = 'bandwidth' }: TrafficControl): string {
  return rateParameter;
}

/** What the operator's file itself has wrong in its bounds, in words. */
export function boundsFault({ minRate, maxRate }: Bounds): string | undefined {
  for (const [name, value] of Object.entries({ minRate, maxRate })) {
    if (value !== undefined && parseRate(value) === undefined) {
      return `${name} ${rateForm}, not ${value}`;
    }
  }
  if (boundOf(minRate, 0) <= boundOf(maxRate, Number.POSITIVE_INFINITY)) return undefined;
  return `minRate ${minRate} is above maxRate ${maxRate}`;
}

function boundOf(value: string | undefined, otherwise: number): number {
  return value === undefined ? otherwise : (parseRate(value) ?? otherwise);
}
