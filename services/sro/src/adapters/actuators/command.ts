import type { Actuator as ActuatorDefinition } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import type { Actuator } from '../../deciding-ports.ts';
import { compileTemplate } from './command-template.ts';
import { eachOf, type Failure } from './each-of.ts';
import { runCommand } from './run-command.ts';

/** One run of the command, where the operator sets no time. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** So many hosts are changed side by side. */
const MAX_PARALLEL_HOSTS = 8;

/**
 * Runs the operator's command, once a change or once for each host. All hosts are tried even when one
 * fails, and the error names those that failed: undoing is the same command with the flavor before.
 *
 * @param environment the variables that the command sees; nothing of this process's own
 */
export function createCommand(
  definition: Extract<ActuatorDefinition, { kind: 'command' }>,
  environment: Readonly<Record<string, string>>,
): Actuator {
  const fill = compileTemplate(definition);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, cwd } = definition;
  return {
    async apply({ slice, to, signal }) {
      const hosts = definition.per === 'host' ? slice.hosts : [null];
      // Filled for all before the first runs: a refused value changes nothing anywhere.
      const runs = hosts.map((host) => ({ host, argv: fill(slice, to, host) }));
      const { failures } = await eachOf(runs, MAX_PARALLEL_HOSTS, ({ argv }) =>
        runCommand({ argv, cwd, environment, timeoutMs, signal }),
      );
      const [first] = failures;
      if (first === undefined) return;
      if (first.item.host === null) throw first.error;
      throw hostsFailed(runs.length, failures);
    },
  };
}

function hostsFailed(
  count: number,
  failures: readonly Failure<{ readonly host: string | null }>[],
): AppError {
  const named = failures.map(({ item, error }) => `${item.host} (${messageOf(error)})`);
  const message = `${failures.length} of ${count} hosts failed: ${named.join('; ')}`;
  const code = codeOf(failures[0]?.error);
  return new AppError(message.slice(0, 4000), { status: 502, code, retriable: true });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'actuator-failed';
}
