import { delimiter } from 'node:path';
import type { Flavor, TrafficControl } from '@slicecast/contracts';
import { createTc } from '../../services/sro/src/adapters/actuators/tc.ts';
import { aSlice } from '../../services/sro/test/domain/samples.ts';

const slice = aSlice({ hosts: ['a', 'b', 'c'] });
/** 10 Mbit/s and 30 Mbit/s. */
export const [small, large] = slice.flavors as [Flavor, Flavor];

/** Brings a slice of hosts a, b and c, or others, to a flavor; `programs` are found before those of PATH. */
export function actuatorOn(where: TrafficControl['where'], programs?: string) {
  const definition = { name: 'link', kind: 'tc', interface: 'lo', where } as const;
  const path = process.env.PATH ?? '';
  const PATH = programs === undefined ? path : `${programs}${delimiter}${path}`;
  const actuator = createTc(definition, { PATH });
  return (to: Flavor, options: { hosts?: string[]; signal?: AbortSignal } = {}) =>
    actuator.apply({
      key: '1',
      slice: { ...slice, hosts: options.hosts ?? slice.hosts },
      from: to === large ? small : large,
      to,
      signal: options.signal ?? new AbortController().signal,
    });
}
