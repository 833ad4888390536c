import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { type Layout, shapedLink } from './layout.ts';
import type { LabPrograms } from './programs.ts';

const run = promisify(execFile);

/** Of every shaper of a lab, whoever sets it. */
export const shaper = {
  /** Above what passes between two of the kernel's timers, and a packet of any veth passes. */
  burstBytes: 16_384,
  /** What waits longer than this is dropped: about what a switch's buffer holds. */
  latencyMs: 400,
} as const;

/** Gives both ends of the link a bandwidth, e.g. `8mbit`, as the actuator `tc` does later. */
export async function shapeLink(
  { tc }: LabPrograms,
  { namespaces }: Layout,
  bandwidth: string,
): Promise<void> {
  const { burstBytes, latencyMs } = shaper;
  const bucket = ['rate', bandwidth, 'burst', String(burstBytes), 'latency', `${latencyMs}ms`];
  for (const namespace of [namespaces.server, namespaces.client]) {
    const where = ['-n', namespace, 'qdisc', 'replace', 'dev', shapedLink, 'root', 'tbf'];
    await run(tc, [...where, ...bucket]);
  }
}

/** The shaper of an end as the kernel shows it, e.g. `qdisc tbf … rate 8Mbit …`. */
export async function shownShape({ tc }: LabPrograms, namespace: string): Promise<string> {
  const { stdout } = await run(tc, ['-n', namespace, 'qdisc', 'show', 'dev', shapedLink]);
  return stdout.trim();
}

const Shapers = Type.Array(Type.Object({ options: Type.Object({ rate: Type.Number() }) }), {
  minItems: 1,
});

/** Bits a second that the kernel lets the server's answers have now; NaN where nothing limits them. */
export async function rateInForce({ tc }: LabPrograms, { namespaces }: Layout): Promise<number> {
  const show = ['-n', namespaces.server, '-j', 'qdisc', 'show', 'dev', shapedLink];
  const { stdout } = await run(tc, show);
  const shown: unknown = JSON.parse(stdout);
  return Value.Check(Shapers, shown) ? 8 * (shown[0]?.options.rate ?? Number.NaN) : Number.NaN;
}
