import type { KubernetesActuator } from '@slicecast/contracts';
import { parseRate } from './rate.ts';

/** What a field of a workload takes, and the flavor's parameter that it is filled from. */
export interface WorkloadField {
  readonly parameter: string;
  /** Words that follow the parameter's name. */
  readonly expects: string;
  /** The field's own form of a value; undefined for a value that it does not take. */
  readonly convert: (value: string) => string | number | undefined;
}

export interface WorkloadFields {
  readonly replicas?: WorkloadField;
  readonly egressBandwidth?: WorkloadField;
  /** By container, use and resource. */
  readonly containers: readonly {
    readonly name: string;
    readonly requests: Readonly<Record<string, WorkloadField>>;
    readonly limits: Readonly<Record<string, WorkloadField>>;
  }[];
}

const DEFAULT_MAX_REPLICAS = 100;
/** A quantity of Kubernetes (resource.Quantity) in its decimal and binary forms, without exponents. */
const quantityForm = /^[0-9]{1,15}(\.[0-9]{1,9})?(m|[kMGTPE]|[KMGTPE]i)?$/;

export function fieldsOf({
  set,
  maxReplicas = DEFAULT_MAX_REPLICAS,
}: KubernetesActuator): WorkloadFields {
  const { replicas, egressBandwidth, containers = {} } = set;
  return {
    ...(replicas === undefined ? {} : { replicas: replicasField(replicas, maxReplicas) }),
    ...(egressBandwidth === undefined ? {} : { egressBandwidth: bandwidthField(egressBandwidth) }),
    containers: Object.entries(containers).map(([name, { requests = {}, limits = {} }]) => ({
      name,
      requests: quantityFields(requests),
      limits: quantityFields(limits),
    })),
  };
}

export function allFields(fields: WorkloadFields): readonly WorkloadField[] {
  const { replicas, egressBandwidth, containers } = fields;
  const resources = containers.flatMap(({ requests, limits }) => [
    ...Object.values(requests),
    ...Object.values(limits),
  ]);
  return [replicas, egressBandwidth, ...resources].filter((field) => field !== undefined);
}

function replicasField(parameter: string, most: number): WorkloadField {
  return {
    parameter,
    expects: `must be a whole number from 1 to ${most}`,
    convert: (value) => {
      const replicas = /^[0-9]{1,9}$/.test(value) ? Number(value) : 0;
      return replicas >= 1 && replicas <= most ? replicas : undefined;
    },
  };
}

/** The annotation holds bits a second as a quantity; flavors have a rate as other actuators take it. */
function bandwidthField(parameter: string): WorkloadField {
  return {
    parameter,
    expects: 'must be a rate with its unit, such as 10Mbit',
    convert: (value) => {
      const rate = parseRate(value);
      // The plug-ins that read the annotation take 1k to 1P.
      return rate !== undefined && rate >= 1e3 && rate <= 1e15 ? shortest(rate) : undefined;
    },
  };
}

function shortest(rate: number): string {
  if (rate % 1e6 === 0) return `${rate / 1e6}M`;
  return rate % 1e3 === 0 ? `${rate / 1e3}k` : String(rate);
}

function quantityFields(parameters: Readonly<Record<string, string>>) {
  const fields = Object.entries(parameters).map(([resource, parameter]) => [
    resource,
    {
      parameter,
      expects: 'must be a quantity of Kubernetes above zero, such as 500m or 2Gi',
      convert: (value: string) =>
        quantityForm.test(value) && Number.parseFloat(value) > 0 ? value : undefined,
    },
  ]);
  return Object.fromEntries(fields) as Readonly<Record<string, WorkloadField>>;
}
