import type { Actuator as ActuatorDefinition, Flavor, SliceState } from '@slicecast/contracts';
import {
  checkedValue,
  compilePatterns,
  defaultsOf,
  invalidActuator,
  refusedValue,
} from './parameter-patterns.ts';
import { isHostName } from './per-host.ts';

type CommandDefinition = Extract<ActuatorDefinition, { kind: 'command' }>;

/** What an argv element may hold beside the parameters that the operator declares. */
const builtIn = ['slice', 'flavor', 'flavorName', 'host'] as const;

const placeholder = /\{([A-Za-z0-9][A-Za-z0-9_.-]*)\}/g;

/** Fills the operator's template for a flavor, and a host where it runs once for each. */
export type FillTemplate = (slice: SliceState, to: Flavor, host: string | null) => string[];

/**
 * Checks the operator's template once and returns what fills it. A value goes into one argv element as it
 * is: it cannot split it, and no shell reads it. It must match the operator's pattern as a whole.
 *
 * @throws AppError `actuator-invalid` for a placeholder that nothing fills, a templated command name, or
 *   a pattern that is none; the filling throws `actuator-parameter` for a missing or refused value
 */
export function compileTemplate(definition: CommandDefinition): FillTemplate {
  const { name, argv, parameters = {} } = definition;
  const patterns = compilePatterns(name, parameters);
  checkPlaceholders(definition, patterns);
  return (slice, to, host) => {
    const values: Record<string, string | undefined> = {
      ...defaultsOf(parameters),
      ...to.parameters,
      slice: String(slice.sliceId),
      flavor: String(to.id),
      flavorName: to.name,
      host: host ?? undefined,
    };
    const fillIn = (key: string) => {
      const value = checkedValue(name, key, values[key], patterns.get(key));
      if (key === 'host' && !isHostName(value)) throw refusedValue(name, key);
      return value;
    };
    // One pass: what a value holds is never taken for a placeholder.
    return argv.map((element) => element.replace(placeholder, (_all, key: string) => fillIn(key)));
  };
}

function checkPlaceholders(
  { name, argv, per, parameters = {} }: CommandDefinition,
  patterns: ReadonlyMap<string, RegExp>,
): void {
  argv.forEach((element, i) => {
    for (const [, key = ''] of element.matchAll(placeholder)) {
      const known = patterns.has(key) || builtIn.some((each) => each === key);
      if (!known) {
        const declared = Object.keys(parameters).join(', ') || 'none';
        const remedy = `declare it under parameters (declared: ${declared}) or use one of ${builtIn.join(', ')}`;
        throw invalidActuator(name, `argv[${i}] holds {${key}}, which nothing fills: ${remedy}`);
      }
      if (i === 0)
        throw invalidActuator(name, `argv[0] names the command and may not hold {${key}}`);
      if (key === 'host' && per !== 'host') {
        throw invalidActuator(name, `argv[${i}] holds {host}, which needs per: host`);
      }
    }
  });
}
