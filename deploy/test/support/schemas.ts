import { Ajv, type ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { KubernetesObject } from './files.ts';
import { readText } from './files.ts';

type Schema = { [key: string]: unknown };

/** Faults of a Compose file; none when it has the form that the Compose Specification gives. */
export function composeFaults(file: object): readonly string[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(JSON.parse(readText('deploy/schemas/compose-spec.json')));
  return validate(file) ? [] : texts(validate.errors);
}

/** Checks objects of Kubernetes as its API does with strict field validation. */
export function createKubernetesCheck(): (object: KubernetesObject) => readonly string[] {
  const { definitions } = JSON.parse(readText('deploy/schemas/kubernetes.json'));
  const names = namesByKind(definitions);
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'kubernetes', definitions: strict(definitions) });
  return (object) => {
    const kind = `${object.apiVersion} ${object.kind}`;
    const name = names.get(kind);
    if (name === undefined) return [`${kind} is not in the schemas`];
    const validate = ajv.getSchema(`kubernetes#/definitions/${name}`);
    if (validate === undefined) return [`${name} does not compile`];
    return validate(object) ? [] : texts(validate.errors);
  };
}

function namesByKind(definitions: Schema): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, definition] of Object.entries(definitions)) {
    const kinds = (definition as Schema)['x-kubernetes-group-version-kind'];
    if (!Array.isArray(kinds)) continue;
    for (const { group, version, kind } of kinds) {
      names.set(`${group === '' ? version : `${group}/${version}`} ${kind}`, name);
    }
  }
  return names;
}

/** Fields that a definition does not have are faults; a number may stand where one or text is asked for. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, strict(part)]),
  );
  if (schema.format === 'int-or-string') return { type: ['integer', 'string'] };
  const isClosed = schema.type === 'object' && typeof schema.properties === 'object';
  return isClosed ? { additionalProperties: false, ...schema } : schema;
}

function texts(errors: readonly ErrorObject[] | null | undefined): readonly string[] {
  return (errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
