import type { Actuator, Flavor, KubernetesActuator } from '@slicecast/contracts';
import type { DefinitionFault } from './definition-fault.ts';
import { rateForm, rateParameterOf, rateWithin } from './tc-rate.ts';
import { allFields, fieldsOf } from './workload-fields.ts';

/** What an actuator takes as one parameter of a flavor. */
interface ParameterRule {
  readonly name: string;
  readonly required: boolean;
  /** What a value must be, in words that follow the field's name. */
  readonly expects: string;
  /** What is wrong with a value, in such words. */
  readonly faultOf: (value: string) => string | undefined;
}

/** The flavors' parameters, against what the operator lets be filled in. */
export function parameterFaults(
  flavors: readonly Flavor[],
  actuator: Actuator,
): readonly DefinitionFault[] {
  const rules = rulesOf(actuator);
  if (rules === undefined) return [];
  return flavors.flatMap(({ parameters = {} }, index) => {
    const at = `/flavors/${index}/parameters`;
    const wrong = Object.entries(parameters).flatMap(([name, value]) => {
      const message = messageOf(rules, actuator, name, value);
      return message === undefined ? [] : [{ field: `${at}/${name}`, value, message }];
    });
    const missing = rules
      .filter(({ name, required }) => required && parameters[name] === undefined)
      .map(({ name, expects }) => ({
        field: `${at}/${name}`,
        message: `is missing: actuator ${actuator.name} needs it, and it ${expects}`,
      }));
    return [...wrong, ...missing];
  });
}

function messageOf(
  rules: readonly ParameterRule[],
  actuator: Actuator,
  name: string,
  value: string,
): string | undefined {
  const rule = rules.find((each) => each.name === name);
  if (rule !== undefined) return rule.faultOf(value);
  const known = rules.map((each) => each.name).join(', ') || 'none';
  return `is no parameter of ${actuator.name}; it has ${known}`;
}

/** Undefined for an actuator that looks at none. */
function rulesOf(actuator: Actuator): readonly ParameterRule[] | undefined {
  switch (actuator.kind) {
    case 'dry-run':
      return undefined;
    case 'command':
      return patternRules(actuator.parameters, (name) =>
        actuator.argv.some((element) => element.includes(`{${name}}`)),
      );
    case 'http':
      return patternRules(actuator.parameters, () => true);
    case 'kubernetes':
      return workloadRules(actuator);
    case 'tc':
      return [
        {
          name: rateParameterOf(actuator),
          required: true,
          expects: rateForm,
          faultOf: (value) => {
            const rate = rateWithin(actuator, value);
            return typeof rate === 'number' ? undefined : rate.fault;
          },
        },
      ];
  }
}

/** A value must suit every field that it fills, and the operator's pattern where there is one. */
function workloadRules(actuator: KubernetesActuator): readonly ParameterRule[] {
  const fields = allFields(fieldsOf(actuator));
  const patterns = patternRules(actuator.parameters, () => true);
  return [...new Set(fields.map(({ parameter }) => parameter))].map((name) => {
    const suited = fields.filter(({ parameter }) => parameter === name);
    const pattern = patterns.find((rule) => rule.name === name);
    const expects = [...new Set(suited.map((field) => field.expects)), pattern?.expects];
    return {
      name,
      required: pattern?.required ?? true,
      expects: expects.filter((words) => words !== undefined).join(' and '),
      faultOf: (value) =>
        suited.find(({ convert }) => convert(value) === undefined)?.expects ??
        pattern?.faultOf(value),
    };
  });
}

type Patterns = Readonly<Record<string, { readonly pattern: string; readonly default?: string }>>;

function patternRules(
  parameters: Patterns = {},
  isUsed: (name: string) => boolean,
): readonly ParameterRule[] {
  return Object.entries(parameters).map(([name, { pattern, default: fallback }]) => ({
    name,
    required: fallback === undefined && isUsed(name),
    expects: `must match ${pattern}`,
    faultOf: (value) =>
      new RegExp(`^(?:${pattern})$`, 'u').test(value) ? undefined : `must match ${pattern}`,
  }));
}
