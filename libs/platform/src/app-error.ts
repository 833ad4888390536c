/** One field at fault: JSON pointer, query, path or multipart name; what is wrong; what to send instead. */
export interface FieldError {
  readonly field: string;
  readonly value?: unknown;
  readonly message: string;
}

export interface AppErrorOptions {
  /** HTTP status at the edge. */
  readonly status: number;
  /** From the service's closed list, kebab-case. */
  readonly code: string;
  readonly retriable?: boolean;
  readonly errors?: readonly FieldError[];
  readonly cause?: unknown;
}

/** What a caller cannot plan for: wrapped once at the adapter, answered once at the edge as problem+json. */
export class AppError extends Error {
  readonly status: number;
  readonly code: string;
  readonly retriable: boolean;
  readonly errors: readonly FieldError[];

  constructor(message: string, options: AppErrorOptions) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.status = options.status;
    this.code = options.code;
    this.retriable = options.retriable ?? false;
    this.errors = options.errors ?? [];
  }
}
