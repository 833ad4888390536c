import type {
  Flavor,
  FlavorId,
  Policy,
  Reason,
  SliceForecast,
  SliceState,
} from '@slicecast/contracts';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** The numbers behind a reason; null where one is not known. */
export type Numbers = Record<string, number | null>;

/** What a rule sees of a tick. */
export interface RuleInput {
  readonly forecast: SliceForecast;
  readonly slice: SliceState;
  /** The flavors that the policy's bounds allow: a rule chooses no other. */
  readonly allowed: readonly Flavor[];
  /** A change decided at this tick takes effect so long after it: the tick's age and the time a change takes. */
  readonly effectSeconds: number;
}

/** Keep when `toFlavor` is the flavor in force. */
export interface Outcome {
  readonly toFlavor: FlavorId;
  readonly reason: Reason;
  readonly numbers: Numbers;
}

/** Limits on changes for a policy that does not set its own. */
export interface LimitDefaults {
  readonly cooldownUpSeconds: number;
  readonly cooldownDownSeconds: number;
  readonly maxChangesPerHour: number;
}

/**
 * What a rule goes by. `forecast` needs good features and a model that has skill; `load` is told by the features, and
 * needs them good; `kpi` needs nothing but an observed KPI.
 */
export type Evidence = 'forecast' | 'load' | 'kpi';

/** A policy's own rule. What it remembers is JSON, so that a restarted owner goes on exactly. */
export interface PolicyRule<P = Policy, Memory = unknown> {
  readonly kind: Policy['kind'];
  readonly limits: LimitDefaults;
  readonly goesBy: Evidence;
  start(): Memory;
  /** Whether a value read back from the log can be this rule's memory. */
  accepts(value: unknown): value is Memory;
  /** Takes in a tick at which what it goes by is good, whether or not the guards let it act. */
  observe(input: RuleInput, policy: P, memory: Memory): Memory;
  /** Judges the tick that was observed last. */
  choose(input: RuleInput, policy: P, memory: Memory): Outcome;
}

/** Makes a rule of its parts and takes its types off, so that all rules fit one list. */
export function definePolicy<P extends Policy, Schema extends TSchema>(rule: {
  readonly kind: P['kind'];
  readonly limits: LimitDefaults;
  readonly goesBy: Evidence;
  readonly memory: Schema;
  start(): Static<Schema>;
  observe(input: RuleInput, policy: P, memory: Static<Schema>): Static<Schema>;
  choose(input: RuleInput, policy: P, memory: Static<Schema>): Outcome;
}): PolicyRule {
  const memory = Compile(rule.memory);
  return {
    kind: rule.kind,
    limits: rule.limits,
    goesBy: rule.goesBy,
    start: rule.start,
    accepts: (value): value is unknown => memory.Check(value),
    // The list finds a rule by its policy's kind, and a state's memory is started or accepted by the
    // rule of the same kind: both are what this rule declared.
    observe: (input, policy, memory) => rule.observe(input, policy as P, memory as Static<Schema>),
    choose: (input, policy, memory) => rule.choose(input, policy as P, memory as Static<Schema>),
  };
}
