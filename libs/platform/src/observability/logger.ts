import { type Logger as PinoLogger, type LoggerOptions as PinoOptions, pino } from 'pino';
import { createPrettyLines } from './pretty-lines.ts';

/** JSON lines with ids; `child({ sliceId })` adds fields to all that follows. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly name: string;
  /** `trace` … `fatal`, or `silent`; default `info`. */
  readonly level?: string;
  /** Lines for people in place of JSON; default false. */
  readonly pretty?: boolean;
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

export function createLogger({ name, level = 'info', pretty = false }: LoggerOptions): Logger {
  const options: PinoOptions = {
    name,
    level,
    redact,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  return pretty ? pino(options, createPrettyLines(process.stdout)) : pino(options);
}

export const silentLogger: Logger = pino({ level: 'silent' });
