import { AppError } from '../app-error.ts';

/** What the server refused, told by its SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export class SqlError extends Error {
  readonly sqlState: string;
  /** The constraint that was violated. */
  readonly constraint: string | undefined;

  constructor(
    message: string,
    options: { sqlState: string; constraint?: string | undefined; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'SqlError';
    this.sqlState = options.sqlState;
    this.constraint = options.constraint;
  }
}

/** Two rows would share what must be unique; `constraint` narrows it to one index. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof SqlError) || error.sqlState !== '23505') return false;
  return constraint === undefined || error.constraint === constraint;
}

/** A driver's error as the port's: SqlError where the server spoke, AppError 503 where it could not be asked. */
export function sqlErrorOf(cause: unknown): Error {
  if (cause instanceof SqlError || cause instanceof AppError) return cause;
  const { code, constraint, message } = fieldsOf(cause);
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !unavailable.has(code.slice(0, 2))) {
    const context = code === '23505' ? ` (${constraint})` : '';
    return new SqlError(`${message}${context}`, { sqlState: code, constraint, cause });
  }
  return databaseUnavailable(message, cause);
}

/** Classes of SQLSTATE that say the server is not there for us: connection, resources, intervention. */
const unavailable = new Set(['08', '53', '57', '3D', '28']);

export function databaseUnavailable(why: string, cause?: unknown): AppError {
  return new AppError(`The database is not available: ${why}`, {
    status: 503,
    code: 'database-unavailable',
    retriable: true,
    cause,
  });
}

function fieldsOf(cause: unknown): { code?: string; constraint?: string; message: string } {
  if (!(cause instanceof Error)) return { message: String(cause) };
  const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
  // Node joins the failures of all of a host's addresses, with an empty message of its own.
  const first = cause instanceof AggregateError ? cause.errors[0] : undefined;
  const message = cause.message || (first instanceof Error ? first.message : cause.name);
  return {
    message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
  };
}
