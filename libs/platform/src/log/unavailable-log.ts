import { AppError } from '../app-error.ts';
import type { Log } from './log.ts';

/** The log of a service that was started without one: `/ready` says so, and so does every use. */
export function createUnavailableLog(reason: string): Log {
  const refuse = () => {
    throw new AppError(`The log is not available: ${reason}`, {
      status: 503,
      code: 'log-unavailable',
      retriable: true,
    });
  };
  return {
    append: async () => refuse(),
    subscribe: async () => refuse(),
    readByTime: () => refuse(),
    close: async () => undefined,
  };
}
