import { Value } from 'typebox/value';

/** One thing that is wrong with a value: where, and what it must be instead. */
export interface Fault {
  readonly path: readonly string[];
  readonly message: string;
  /** `missing`: the path is not there. `unknown`: it is there and should not be. */
  readonly kind: 'missing' | 'unknown' | 'wrong';
}

/** The parts of JSON Schema that are walked; all else is left to the validator. */
interface SchemaNode {
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly type?: string;
}

/**
 * What a person can act on. A validator's own list tells, of a union, what is wrong with every
 * branch, and of an unknown key not what is known; this one goes down the branch that was meant.
 * Cost: one check a node on the way to a fault.
 */
export function findFaults(
  schema: SchemaNode,
  value: unknown,
  path: readonly string[] = [],
): Fault[] {
  if (fits(schema, value)) return [];
  if (schema.anyOf !== undefined) return faultsOfUnion(schema.anyOf, value, path);
  if (schema.type === 'object' && isObject(value)) return faultsOfObject(schema, value, path);
  if (schema.type === 'array' && Array.isArray(value) && schema.items !== undefined) {
    const { items } = schema;
    const inside = value.flatMap((item, i) => findFaults(items, item, [...path, String(i)]));
    return inside.length > 0 ? inside : ownFaults(schema, value, path);
  }
  return ownFaults(schema, value, path);
}

/** Not the validator's own type guard: these schemas are not known when types are checked. */
function fits(schema: SchemaNode, value: unknown): boolean {
  return Value.Check(schema, value);
}

function faultsOfUnion(
  branches: readonly SchemaNode[],
  value: unknown,
  path: readonly string[],
): Fault[] {
  if (branches.every((branch) => 'const' in branch)) return [choiceOf(branches, path)];
  const meant = branches.filter((branch) => couldBe(branch, value));
  const name = isObject(value) ? discriminatorOf(branches) : undefined;
  if (meant.length === 0 && name !== undefined) {
    const literals = branches.map((branch) => branch.properties?.[name] ?? {});
    return [choiceOf(literals, [...path, name])];
  }
  const candidates = (meant.length > 0 ? meant : branches).map((b) => findFaults(b, value, path));
  // A branch with something wrong inside was taken; one that is wrong as a whole was not.
  const taken = candidates.filter((faults) => faults.every((f) => f.path.length > path.length));
  const fewest = taken.toSorted((a, b) => a.length - b.length)[0];
  return fewest ?? [noBranch(candidates, path)];
}

function choiceOf(literals: readonly SchemaNode[], path: readonly string[]): Fault {
  const choices = literals.map((literal) => JSON.stringify(literal.const)).join(', ');
  const words = literals.length === 1 ? `must be ${choices}` : `must be one of ${choices}`;
  return { path, message: words, kind: 'wrong' };
}

function noBranch(candidates: readonly Fault[][], path: readonly string[]): Fault {
  const messages = new Set(candidates.map((faults) => faults[0]?.message ?? ''));
  return { path, message: [...messages].join(', or '), kind: 'wrong' };
}

/** A branch is meant when it takes objects, the value is one, and no literal of the branch contradicts it. */
function couldBe(branch: SchemaNode, value: unknown): boolean {
  if (branch.type !== 'object' || !isObject(value)) return false;
  return Object.entries(branch.properties ?? {}).every(
    ([name, { const: literal }]) => literal === undefined || value[name] === literal,
  );
}

/** The property by whose literal the branches are told apart, such as `kind`. */
function discriminatorOf(branches: readonly SchemaNode[]): string | undefined {
  const names = Object.keys(branches[0]?.properties ?? {});
  return names.find((name) => branches.every((b) => b.properties?.[name]?.const !== undefined));
}

function faultsOfObject(
  schema: SchemaNode,
  value: Readonly<Record<string, unknown>>,
  path: readonly string[],
): Fault[] {
  const faults: Fault[] = [];
  for (const name of schema.required ?? []) {
    if (value[name] !== undefined) continue;
    faults.push({ path: [...path, name], message: 'is missing', kind: 'missing' });
  }
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const own = propertySchema(schema, name);
    if (own !== undefined) faults.push(...findFaults(own, inner, [...path, name]));
    else if (schema.additionalProperties === false) {
      faults.push({ path: [...path, name], message: unknownKey(schema), kind: 'unknown' });
    }
  }
  return faults.length > 0 ? faults : ownFaults(schema, value, path);
}

function propertySchema(schema: SchemaNode, name: string): SchemaNode | undefined {
  const named = schema.properties;
  if (named !== undefined && Object.hasOwn(named, name)) return named[name];
  const patterns = Object.entries(schema.patternProperties ?? {});
  return patterns.find(([pattern]) => new RegExp(pattern).test(name))?.[1];
}

function unknownKey(schema: SchemaNode): string {
  const known = Object.keys(schema.properties ?? {});
  return known.length === 0
    ? 'is not known here'
    : `is not known here; there is ${known.join(', ')}`;
}

/** In the validator's words, but for a literal, which they leave out. */
function ownFaults(schema: SchemaNode, value: unknown, path: readonly string[]): Fault[] {
  if ('const' in schema) return [choiceOf([schema], path)];
  return Value.Errors(schema, value).map(({ instancePath, message }) => ({
    path: [...path, ...partsOf(instancePath)],
    message,
    kind: 'wrong',
  }));
}

/** The parts of a JSON pointer (RFC 6901). */
function partsOf(pointer: string): string[] {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
