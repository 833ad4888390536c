import { K } from '@slicecast/contracts';
import { AppError, type FieldError } from '@slicecast/platform';
import { Value } from 'typebox/value';

/** MLO-V2's words, misspelled as there: clients look for them. */
const missingText =
  'Missing paramenters: callbackURL OR K OR YField OR sliceFlavor OR (YFile or currentTimestamp)';

export interface YMetricsFields {
  readonly callbackUrl: string;
  readonly k: K;
  readonly sliceFlavor: string;
  /** Absent: the second column. */
  readonly yField: string | undefined;
  /** Epoch seconds of the extraction to select on again. */
  readonly currentTimestamp: number | undefined;
}

/** The form of `POST /ymetrics/:sliceId`; AppError 400 names every field that is missing or wrong. */
export function readYMetricsFields(
  fields: Readonly<Record<string, string | undefined>>,
  hasFile: boolean,
): YMetricsFields {
  const { callbackURL, K: kText, sliceFlavor, YField, currentTimestamp } = fields;
  const missing = [
    ...(isEmpty(callbackURL) ? ['callbackURL'] : []),
    ...(isEmpty(kText) ? ['K'] : []),
    ...(isEmpty(sliceFlavor) ? ['sliceFlavor'] : []),
    ...(!hasFile && isEmpty(currentTimestamp) ? ['YFile or currentTimestamp'] : []),
  ];
  if (missing.length > 0) throw missingFields(missing);
  const errors: FieldError[] = [];
  const k = readK(kText ?? '', errors);
  const second = isEmpty(currentTimestamp) ? undefined : readSecond(currentTimestamp ?? '', errors);
  if (hasFile && second !== undefined) {
    const message =
      'selects again on an earlier extraction: send it without YFile, or leave it out';
    errors.push({ field: 'currentTimestamp', message });
  }
  checkCallbackUrl('callbackURL', callbackURL ?? '', errors);
  if (errors.length > 0) throw wrongFields(errors);
  return {
    callbackUrl: callbackURL ?? '',
    k,
    sliceFlavor: sliceFlavor ?? '',
    yField: isEmpty(YField) ? undefined : YField,
    currentTimestamp: second,
  };
}

/** Callbacks go over http or https, to a host, without credentials in the URL. */
export function checkCallbackUrl(field: string, text: string, errors: FieldError[]): void {
  const url = URL.parse(text);
  const good = url !== null && ['http:', 'https:'].includes(url.protocol);
  if (good && url.username === '' && url.password === '') return;
  const message = 'must be an http or https URL without credentials';
  errors.push({ field, value: text.slice(0, 200), message });
}

export function wrongFields(errors: readonly FieldError[]): AppError {
  const words = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  return new AppError(words, { status: 400, code: 'field-invalid', errors });
}

function missingFields(missing: readonly string[]): AppError {
  return new AppError(`${missingText}; missing: ${missing.join(', ')}`, {
    status: 400,
    code: 'field-missing',
    errors: missing.map((field) => ({ field, message: 'is missing' })),
  });
}

function readK(text: string, errors: FieldError[]): K {
  const trimmed = text.trim();
  const k: unknown = /^[0-9]{1,9}$/.test(trimmed) ? Number(trimmed) : trimmed;
  if (Value.Check(K, k)) return k;
  const message = 'must be a number of metrics from 1 to 1000, or auto';
  errors.push({ field: 'K', value: text.slice(0, 60), message });
  return 'auto';
}

function readSecond(text: string, errors: FieldError[]): number | undefined {
  if (/^[0-9]{1,12}(\.0+)?$/.test(text.trim())) return Number(text);
  const message = 'must be the epoch second that an earlier call answered with';
  errors.push({ field: 'currentTimestamp', value: text.slice(0, 60), message });
  return undefined;
}

function isEmpty(text: string | undefined): boolean {
  return text === undefined || text.trim() === '';
}
