import { AppError } from '@slicecast/platform';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

/** The settings of a token bucket filter (tc-tbf(8)). */
export interface TokenBucket {
  /** Bits a second. */
  readonly rate: number;
  readonly burstBytes: number;
  readonly latencyUs: number;
}

/** What is at the root of an interface, as far as this actuator sets it or can put it back. */
export type Root =
  /** What the kernel attaches by itself. */
  | { readonly kind: 'default' }
  | { readonly kind: 'tbf'; readonly bucket: TokenBucket }
  /** Set by another; `what` names it. */
  | { readonly kind: 'foreign'; readonly what: string };

export type SettableRoot = Exclude<Root, { kind: 'foreign' }>;

/** What is read of `tc -j qdisc show dev <interface>`. */
const Queues = Type.Array(
  Type.Object({
    kind: Type.String(),
    handle: Type.String(),
    root: Type.Optional(Type.Boolean()),
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
);
type Queue = Static<typeof Queues>[number];

const Options = Type.Object(
  { rate: Type.Number(), burst: Type.Number(), lat: Type.Number() },
  // A peak rate or a link layer could not be put back from what is kept here.
  { additionalProperties: false },
);

export const showArguments = (device: string) => ['-j', 'qdisc', 'show', 'dev', device];

/** The arguments after `tc` that bring an interface there; a root of another's is never asked for. */
export function replaceArguments(device: string, root: SettableRoot): string[] {
  if (root.kind === 'default') return ['qdisc', 'del', 'dev', device, 'root'];
  const { rate, burstBytes, latencyUs } = root.bucket;
  const bucket = ['rate', `${rate}bit`, 'latency', `${latencyUs}us`, 'burst', String(burstBytes)];
  return ['qdisc', 'replace', 'dev', device, 'root', 'tbf', ...bucket];
}

/** @throws AppError `actuator-not-understood` for what is not the answer of `tc -j qdisc show` */
export function readRoot(answer: string): Root {
  const root = queuesOf(answer).find((queue) => queue.root === true);
  if (root === undefined || root.handle === '0:') return { kind: 'default' };
  const { kind, handle, options } = root;
  if (kind === 'tbf' && Value.Check(Options, options)) {
    const { rate, burst, lat } = options;
    return { kind, bucket: { rate: rate * 8, burstBytes: burst, latencyUs: lat } };
  }
  const settings = kind === 'tbf' ? ` with ${Object.keys(options ?? {}).join(', ')}` : '';
  return { kind: 'foreign', what: `${kind} ${handle}${settings}` };
}

function queuesOf(answer: string): readonly Queue[] {
  try {
    const queues: unknown = JSON.parse(answer);
    if (Value.Check(Queues, queues)) return queues;
  } catch {
    // Said below, as for JSON of another form.
  }
  const message = `tc answered what is not its list of queues in JSON (iproute2 4.18 or later writes it): ${answer.slice(0, 200)}`;
  throw new AppError(message, { status: 502, code: 'actuator-not-understood' });
}

/**
 * Whether an interface that was read is as it was asked to be. The kernel keeps whole bytes a second, and
 * tc the burst as a whole number of microseconds at the rate, so that what is read back is a little less.
 */
export function isAsAsked(read: Root, asked: Root): boolean {
  if (read.kind !== 'tbf' || asked.kind !== 'tbf') return read.kind === asked.kind;
  const { rate, burstBytes, latencyUs } = asked.bucket;
  const bytesPerSecond = Math.floor(rate / 8);
  const burstTolerance = 1 + bytesPerSecond / 1e6;
  // The latency is read off the queue's limit, a whole number of bytes.
  const latencyTolerance = 3 + 2e6 / bytesPerSecond;
  return (
    read.bucket.rate === bytesPerSecond * 8 &&
    Math.abs(read.bucket.burstBytes - burstBytes) <= burstTolerance &&
    Math.abs(read.bucket.latencyUs - latencyUs) <= latencyTolerance
  );
}

export function inWords(root: Root): string {
  if (root.kind === 'default') return "the kernel's own queue";
  if (root.kind === 'foreign') return root.what;
  const { rate, burstBytes, latencyUs } = root.bucket;
  return `rate ${rate}bit, burst ${burstBytes}, latency ${latencyUs}us`;
}
