/**
 * Takes from Kubernetes' OpenAPI what the kinds in k8s/ need, without descriptions:
 * `node deploy/schemas/reduce-kubernetes.ts swagger.json > deploy/schemas/kubernetes.json`.
 */
import { readFileSync } from 'node:fs';

const kinds = [
  'api.core.v1.Namespace',
  'api.core.v1.ServiceAccount',
  'api.core.v1.Service',
  'api.core.v1.ConfigMap',
  'api.core.v1.PersistentVolumeClaim',
  'api.apps.v1.Deployment',
  'api.apps.v1.StatefulSet',
  'api.apps.v1.DaemonSet',
  'api.networking.v1.NetworkPolicy',
  'api.policy.v1.PodDisruptionBudget',
  'api.rbac.v1.Role',
  'api.rbac.v1.RoleBinding',
];
const kept = ['$ref', 'additionalProperties', 'format', 'items', 'properties', 'required', 'type'];

const swagger = JSON.parse(readFileSync(process.argv[2] ?? 'swagger.json', 'utf8'));
const definitions: Record<string, object> = {};
for (const kind of kinds) add(`io.k8s.${kind}`);
console.log(JSON.stringify({ definitions }));

/** The definition and those that it refers to. */
function add(name: string): void {
  if (name in definitions) return;
  const reduced = reduce(swagger.definitions[name]);
  definitions[name] = reduced;
  for (const [, ref = ''] of JSON.stringify(reduced).matchAll(/"#\/definitions\/([^"]+)"/g)) {
    add(ref);
  }
}

function reduce(schema: object): object {
  const entries = Object.entries(schema)
    .filter(([key]) => kept.includes(key) || key === 'x-kubernetes-group-version-kind')
    .map(([key, value]) => [key, key === 'properties' ? reduceEach(value) : reduceValue(value)]);
  return Object.fromEntries(entries);
}

function reduceEach(properties: object): object {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, reduce(schema)]),
  );
}

function reduceValue(value: unknown): unknown {
  const isSchema = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isSchema ? reduce(value) : value;
}
