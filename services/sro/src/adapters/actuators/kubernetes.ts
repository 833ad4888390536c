import type { Flavor, KubernetesActuator, SliceState } from '@slicecast/contracts';
import { AppError, pause } from '@slicecast/platform';
import type { Actuator } from '../../deciding-ports.ts';
import { allFields, fieldsOf, type WorkloadField } from '../../domain/workload-fields.ts';
import { connectWorkloads, type Workloads } from './kubernetes-api.ts';
import { titleOf } from './kubernetes-error.ts';
import {
  checkedValue,
  compilePatterns,
  defaultsOf,
  invalidActuator,
} from './parameter-patterns.ts';
import { configurationOf, type Fill, rolloutOf, type Target, type Workload } from './workload.ts';

/** Between two looks at a rollout. */
const POLL_MS = 1_000;
/** A DNS label (RFC 1123), as namespaces are named; and names of workloads, with dots. */
const namespaceForm = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const nameForm = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/**
 * Sets replicas, resources or the egress bandwidth of one workload in one request, so that there is no
 * half of a change; then waits until its pods are as asked for. Fields that another manager owns are
 * refused, not taken.
 *
 * @throws AppError `actuator-invalid` for what could never run
 */
export function createKubernetes(definition: KubernetesActuator): Actuator {
  const { name, target, waitForRollout = true } = definition;
  const fields = fieldsOf(definition);
  const fillFor = compileFill(definition, allFields(fields));
  checkTarget(name, target);
  const workloads = connectWorkloads(definition);
  return {
    async apply({ slice, to, signal }) {
      const fill = fillFor(to);
      const place = placeOf(target, slice);
      const found = await workloads.get(place, signal);
      requireContainers(
        place,
        found,
        fields.containers.map((each) => each.name),
      );
      const body = configurationOf(place, found.metadata.uid, fields, fill);
      const applied = await workloads.apply(place, body, signal);
      if (waitForRollout) await untilRolledOut(workloads, place, applied, signal);
    },
  };
}

/** All values are checked before the first request. */
function compileFill(
  { name, parameters = {} }: KubernetesActuator,
  fields: readonly WorkloadField[],
): (to: Flavor) => Fill {
  const patterns = compilePatterns(name, parameters);
  return (to) => {
    const values: Record<string, string | undefined> = {
      ...defaultsOf(parameters),
      ...to.parameters,
    };
    const filled = new Map<WorkloadField, string | number>();
    for (const field of fields) {
      const { parameter, expects, convert } = field;
      const value = checkedValue(name, parameter, values[parameter], patterns.get(parameter));
      const converted = convert(value);
      if (converted === undefined) {
        const message = `parameter ${parameter} of actuator ${name} ${expects}, not ${JSON.stringify(value)}`;
        throw new AppError(message, { status: 422, code: 'actuator-parameter' });
      }
      filled.set(field, converted);
    }
    return (field) => {
      const value = filled.get(field);
      if (value === undefined) throw new Error(`${field.parameter} was not filled`);
      return value;
    };
  };
}

function checkTarget(actuator: string, target: KubernetesActuator['target']): void {
  const { namespace, name } = placeOf(target, { sliceId: 1, tenantId: 'default' });
  const faults = [
    namespaceForm.test(namespace) ? [] : [`target.namespace ${target.namespace}`],
    nameForm.test(name) ? [] : [`target.name ${target.name}`],
  ].flat();
  if (faults.length === 0) return;
  const form = 'lower-case letters, digits and -, and may hold {slice} and {tenant}';
  throw invalidActuator(actuator, `${faults.join(' and ')} must be of ${form}`);
}

function placeOf(
  { kind, namespace, name }: KubernetesActuator['target'],
  { sliceId, tenantId }: Pick<SliceState, 'sliceId' | 'tenantId'>,
): Target {
  const filled = (template: string) =>
    template.replaceAll('{slice}', String(sliceId)).replaceAll('{tenant}', tenantId);
  return { kind, namespace: filled(namespace), name: filled(name) };
}

/** Applied to a container that is not there, its resources would ask for one without an image. */
function requireContainers(target: Target, { spec }: Workload, wanted: readonly string[]): void {
  const there = spec.template.spec.containers.map(({ name }) => name);
  const missing = wanted.filter((name) => !there.includes(name));
  if (missing.length === 0) return;
  const message = `${titleOf(target)} has no container ${missing.join(', ')}: set.containers may name ${there.join(', ')}`;
  throw new AppError(message, { status: 422, code: 'actuator-invalid' });
}

async function untilRolledOut(
  workloads: Workloads,
  target: Target,
  applied: Workload,
  signal: AbortSignal,
): Promise<void> {
  let workload = applied;
  for (;;) {
    const rollout = rolloutOf(target.kind, workload);
    if (rollout.state === 'done') return;
    if (rollout.state === 'stuck') {
      const remedy = 'see kubectl describe, or set waitForRollout: false';
      const message = `${titleOf(target)} is set, but not rolled out: ${rollout.what}; ${remedy}`;
      throw new AppError(message, { status: 502, code: 'actuator-not-applied' });
    }
    try {
      await pause(POLL_MS, signal);
      workload = await workloads.get(target, signal);
    } catch (cause) {
      if (!signal.aborted) throw cause;
      const message = `${titleOf(target)} is set, but was not rolled out in time: ${rollout.what}`;
      throw new AppError(message, { status: 504, code: 'actuator-aborted', cause });
    }
  }
}
