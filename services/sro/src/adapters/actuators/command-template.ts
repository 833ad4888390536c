import type { Actuator as ActuatorDefinition, Flavor, SliceState } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
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
  const patterns = new Map(
    Object.entries(parameters).map(([key, { pattern }]) => [key, wholeMatch(name, key, pattern)]),
  );
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
    const fillIn = (key: string) => checked(name, key, values[key], patterns.get(key));
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
        throw invalid(name, `argv[${i}] holds {${key}}, which nothing fills: ${remedy}`);
      }
      if (i === 0) throw invalid(name, `argv[0] names the command and may not hold {${key}}`);
      if (key === 'host' && per !== 'host') {
        throw invalid(name, `argv[${i}] holds {host}, which needs per: host`);
      }
    }
  });
}

function checked(
  actuator: string,
  key: string,
  value: string | undefined,
  pattern: RegExp | undefined,
): string {
  if (value === undefined) {
    throw refused(`actuator ${actuator} needs parameter ${key}, which the flavor does not have`);
  }
  const allowed = (pattern?.test(value) ?? true) && (key !== 'host' || isHostName(value));
  if (!allowed || value.includes('\0')) {
    throw refused(`parameter ${key} of actuator ${actuator} does not match the operator's pattern`);
  }
  return value;
}

function defaultsOf(parameters: NonNullable<CommandDefinition['parameters']>) {
  return Object.fromEntries(Object.entries(parameters).map(([key, each]) => [key, each.default]));
}

function wholeMatch(actuator: string, key: string, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch (cause) {
    throw invalid(actuator, `the pattern of parameter ${key} is no regular expression`, cause);
  }
}

function invalid(actuator: string, what: string, cause?: unknown): AppError {
  const message = `actuator ${actuator}: ${what}`;
  return new AppError(message, { status: 500, code: 'actuator-invalid', cause });
}

function refused(message: string): AppError {
  return new AppError(message, { status: 422, code: 'actuator-parameter' });
}
