import type { TrafficControl } from '@slicecast/contracts';
import { AppError } from '@slicecast/platform';
import { runCommand } from './run-command.ts';
import type { Link } from './tc-links.ts';
import {
  inWords,
  isAsAsked,
  type Root,
  readRoot,
  replaceArguments,
  type SettableRoot,
  showArguments,
} from './token-bucket.ts';

/** One run of tc, where the operator sets no time. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** The queue at the root of an interface. Both reject with an AppError that says what tc or ssh said. */
export interface LinkQueue {
  read(link: Link, signal: AbortSignal): Promise<Root>;
  /** Resolves when the interface, read again, shows what was asked for. */
  set(link: Link, root: SettableRoot, signal: AbortSignal): Promise<void>;
}

/** @param environment the variables that tc and ssh see; nothing of this process's own */
export function createLinkQueue(
  { timeoutMs = DEFAULT_TIMEOUT_MS }: TrafficControl,
  environment: Readonly<Record<string, string>>,
): LinkQueue {
  const run = ({ tc }: Link, args: readonly string[], signal: AbortSignal) =>
    runCommand({ argv: [...tc, ...args], environment, timeoutMs, signal });

  async function read(link: Link, signal: AbortSignal): Promise<Root> {
    return readRoot(await run(link, showArguments(link.device), signal));
  }

  return {
    read,
    async set(link, root, signal) {
      await run(link, replaceArguments(link.device, root), signal);
      const found = await read(link, signal);
      if (isAsAsked(found, root)) return;
      const message = `tc took ${inWords(root)} and shows ${inWords(found)}`;
      throw new AppError(message, { status: 502, code: 'actuator-not-applied', retriable: true });
    },
  };
}
