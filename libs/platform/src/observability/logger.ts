import { type Logger as PinoLogger, pino } from 'pino';

/** JSON lines with ids; `child({ sliceId })` adds fields to all that follows. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly name: string;
  /** `trace` … `fatal`, or `silent`; default `info`. */
  readonly level?: string;
}

/** Values under these names never reach a log line. */
const redact = {
  paths: [
    'req.headers.authorization',
    'req.headers["x-api-key"]',
    'headers.authorization',
    'headers["x-api-key"]',
  ],
  censor: '[redacted]',
};

export function createLogger(options: LoggerOptions): Logger {
  return pino({
    name: options.name,
    level: options.level ?? 'info',
    redact,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}

export const silentLogger: Logger = pino({ level: 'silent' });
