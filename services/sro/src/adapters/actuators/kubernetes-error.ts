import { AppError } from '@slicecast/platform';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Target } from './workload.ts';

/** As much of the API server's words as goes into an error. */
const MAX_WORDS = 1000;

/** `Status` of Kubernetes' API, as much of it as tells why. */
const Status = Type.Object({
  message: Type.Optional(Type.String()),
  details: Type.Optional(
    Type.Object({
      causes: Type.Optional(
        Type.Array(
          Type.Object({
            reason: Type.Optional(Type.String()),
            message: Type.Optional(Type.String()),
            field: Type.Optional(Type.String()),
          }),
        ),
      ),
    }),
  ),
});
type Status = Static<typeof Status>;

export function titleOf({ kind, namespace, name }: Target): string {
  return `${kind} ${namespace}/${name}`;
}

/** An answer that is no success, by its HTTP status and body. */
export function faultOfAnswer(
  target: Target,
  { code, body }: { readonly code: number; readonly body: unknown },
): AppError {
  const status = statusOf(body);
  const owned = code === 409 ? ownersOf(status) : [];
  if (owned.length > 0) return ownedByOthers(target, owned);
  const words = status.message === undefined ? '' : `: ${status.message.slice(0, MAX_WORDS)}`;
  const remedy = remedies[code] === undefined ? '' : `; ${remedies[code]}`;
  return new AppError(`${titleOf(target)}: the API server answered ${code}${words}${remedy}`, {
    status: 502,
    code: code === 409 ? 'actuator-conflict' : `kubernetes-${code}`,
    retriable: code >= 500 || code === 429,
  });
}

export function unreachable(target: Target, why: unknown): AppError {
  const words = why instanceof Error ? causeOf(why) : String(why);
  const message = `${titleOf(target)}: the API server cannot be reached: ${words}`;
  const code = 'kubernetes-unreachable';
  return new AppError(message, { status: 503, code, retriable: true, cause: why });
}

const remedies: Readonly<Record<number, string>> = {
  401: 'see that the kubeconfig, or the account of the pod, is still valid',
  403: 'let the account get and patch this object, as k8s/kubernetes-actuator does',
  404: 'see that target names an object that there is',
};

/** Who owns which field, in the API server's own words: `conflict with "kubectl" using apps/v1`. */
function ownersOf({ details }: Status): readonly string[] {
  const causes = details?.causes ?? [];
  return causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ message = '', field = '' }) => {
      const manager = /conflict with "([^"]*)"/.exec(message)?.[1];
      return `${field} is owned by ${manager === undefined ? message : `manager ${manager}`}`;
    });
}

function ownedByOthers(target: Target, owned: readonly string[]): AppError {
  const remedy =
    'nothing was changed; leave these fields out of what is applied there, and hand them over once as docs/actuators.md says';
  const message = `${titleOf(target)}: ${owned.join(', ')}; ${remedy}`;
  return new AppError(message.slice(0, 4000), { status: 409, code: 'actuator-conflict' });
}

function statusOf(body: unknown): Status {
  const value = typeof body === 'string' ? parsed(body) : body;
  if (Value.Check(Status, value)) return value;
  return typeof body === 'string' && body !== '' ? { message: body } : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy in between answers in words of its own, which are told as they are.
    return undefined;
  }
}

/** fetch says of every failure that it failed, and keeps why in its cause. */
function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
