import type { KubernetesActuator } from '@slicecast/contracts';
import { type Static, Type } from 'typebox';
import type { WorkloadField, WorkloadFields } from '../../domain/workload-fields.ts';

/** A Deployment or StatefulSet of apps/v1, as much of it as is looked at. */
export const Workload = Type.Object({
  metadata: Type.Object({ uid: Type.String(), generation: Type.Integer() }),
  spec: Type.Object({
    replicas: Type.Optional(Type.Integer()),
    paused: Type.Optional(Type.Boolean()),
    updateStrategy: Type.Optional(
      Type.Object({
        type: Type.Optional(Type.String()),
        rollingUpdate: Type.Optional(Type.Object({ partition: Type.Optional(Type.Integer()) })),
      }),
    ),
    template: Type.Object({
      spec: Type.Object({ containers: Type.Array(Type.Object({ name: Type.String() })) }),
    }),
  }),
  status: Type.Optional(
    Type.Object({
      observedGeneration: Type.Optional(Type.Integer()),
      replicas: Type.Optional(Type.Integer()),
      updatedReplicas: Type.Optional(Type.Integer()),
      readyReplicas: Type.Optional(Type.Integer()),
      availableReplicas: Type.Optional(Type.Integer()),
      conditions: Type.Optional(
        Type.Array(
          Type.Object({
            type: Type.String(),
            status: Type.String(),
            reason: Type.Optional(Type.String()),
            message: Type.Optional(Type.String()),
          }),
        ),
      ),
    }),
  ),
});
export type Workload = Static<typeof Workload>;

export interface Target {
  readonly kind: KubernetesActuator['target']['kind'];
  readonly namespace: string;
  readonly name: string;
}

/** What a field is filled with. */
export type Fill = (field: WorkloadField) => string | number;

/** What is applied: the fields that this actuator has, all of them each time, since what is left out is given up. */
export function configurationOf(
  { kind, namespace, name }: Target,
  uid: string,
  { replicas, egressBandwidth, containers }: WorkloadFields,
  fill: Fill,
): object {
  const filled = (fields: Readonly<Record<string, WorkloadField>>) =>
    Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fill(field)]));
  const annotations =
    egressBandwidth === undefined
      ? {}
      : {
          metadata: {
            annotations: { 'kubernetes.io/egress-bandwidth': fill(egressBandwidth) },
          },
        };
  const resources = containers.map((container) => ({
    name: container.name,
    resources: { requests: filled(container.requests), limits: filled(container.limits) },
  }));
  const template = {
    ...annotations,
    ...(resources.length === 0 ? {} : { spec: { containers: resources } }),
  };
  return {
    apiVersion: 'apps/v1',
    kind,
    // With the uid, an object that went away is not made anew of these fields.
    metadata: { namespace, name, uid },
    spec: {
      ...(replicas === undefined ? {} : { replicas: fill(replicas) }),
      ...(Object.keys(template).length === 0 ? {} : { template }),
    },
  };
}

/** Where a rollout is: the same questions that `kubectl rollout status` asks. */
export type Rollout =
  | { readonly state: 'done' }
  | { readonly state: 'under-way'; readonly what: string }
  /** It does not go on by itself. */
  | { readonly state: 'stuck'; readonly what: string };

export function rolloutOf(
  kind: Target['kind'],
  { metadata, spec, status = {} }: Workload,
): Rollout {
  const { replicas: wanted = 1, paused, updateStrategy } = spec;
  if (paused === true) return { state: 'stuck', what: 'its rollout is paused' };
  if (updateStrategy?.type === 'OnDelete') {
    return { state: 'stuck', what: 'its pods are replaced only when they are deleted' };
  }
  if ((updateStrategy?.rollingUpdate?.partition ?? 0) > 0) {
    return { state: 'stuck', what: 'its partition keeps pods as they are' };
  }
  const late = status.conditions?.find(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  );
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0 } = status;
  const { availableReplicas = 0, readyReplicas = 0 } = status;
  const up = kind === 'Deployment' ? availableReplicas : readyReplicas;
  if (observedGeneration < metadata.generation) {
    return { state: 'under-way', what: 'its controller has not seen the change' };
  }
  if (late !== undefined) return { state: 'stuck', what: `${late.reason}: ${late.message ?? ''}` };
  if (updatedReplicas >= wanted && replicas <= updatedReplicas && up >= wanted) {
    return { state: 'done' };
  }
  const counts = `of ${wanted} replicas ${updatedReplicas} are updated and ${up} up`;
  const old = replicas > updatedReplicas ? `, ${replicas - updatedReplicas} old ones left` : '';
  const failing = status.conditions?.find(
    ({ type, status: is }) => type === 'ReplicaFailure' && is === 'True',
  );
  const why = failing === undefined ? '' : `; ${failing.message ?? failing.reason ?? ''}`;
  return { state: 'under-way', what: `${counts}${old}${why}` };
}
