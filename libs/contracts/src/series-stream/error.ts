/** Why a stream was not taken: it is not Arrow, has other fields, a bad record, or goes past a bound. */
export type SeriesStreamFault = 'not-arrow' | 'wrong-schema' | 'malformed' | 'too-large';

/** The stream's sender is at fault; the message says where and what to send instead. */
export class SeriesStreamError extends Error {
  readonly code: SeriesStreamFault;

  constructor(code: SeriesStreamFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SeriesStreamError';
    this.code = code;
  }
}
