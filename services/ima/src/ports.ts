import type { Labels, SelectionQuery, SelectionReport } from '@slicecast/contracts';

/** An instant range, both ends included, epoch ms. */
export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** Samples of one series, times ascending in epoch ms, beside their values (NaN and ±Infinity possible). */
export interface SampledSeries {
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** What a source answered, and what it warned of (a partial answer of Thanos, say). */
export interface Answer<Data> {
  readonly data: Data;
  readonly warnings: readonly string[];
}

/**
 * Prometheus' HTTP API: one question, one answer. Rejections are AppErrors with the upstream's own
 * words; `retriable` says whether asking again may help.
 */
export interface Prometheus {
  /** Values of `__name__` among the series that the selector finds. */
  names(selector: string, range: TimeRange, signal: AbortSignal): Promise<Answer<string[]>>;
  /** Label sets of the series that the selector finds. */
  series(selector: string, range: TimeRange, signal: AbortSignal): Promise<Answer<Labels[]>>;
  /** The expression at startMs, startMs + stepMs, … ≤ endMs; at most 11,000 instants. */
  range(
    expression: string,
    range: TimeRange & { readonly stepMs: number },
    signal: AbortSignal,
  ): Promise<Answer<SampledSeries[]>>;
  /** The expression at one instant; of a range selector: its samples with their real times. */
  at(expression: string, atMs: number, signal: AbortSignal): Promise<Answer<SampledSeries[]>>;
}

/** A source with the rules that the operator gave it for a slice. */
export interface ConfinedSource {
  readonly name: string;
  readonly prometheus: Prometheus;
  /** Matchers that confine every query of the slice, without braces. */
  readonly confinement: string;
  /** Whether a metric of this name may be a candidate. */
  readonly takesName: (name: string) => boolean;
  /** Where the operator said so. */
  readonly scrapeIntervalMs: number | undefined;
  /** Live samples are written to the log by others, and never asked for. */
  readonly pushed: boolean;
}

/** Where the bytes of an extraction lie between its making and the end of its retention. */
export interface ExtractionFiles {
  /** Resolves when the whole is durable under that key; a key is written once, or again from the start. */
  write(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** The bytes, or undefined when the key is unknown or gone. */
  read(key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  remove(key: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

/** feature-selection, over HTTP. */
export interface FeatureSelection {
  select(
    stream: AsyncIterable<Uint8Array>,
    query: SelectionQuery,
    signal: AbortSignal,
  ): Promise<SelectionReport>;
}

/** One file of a callback, made anew for each attempt. */
export interface CallbackFile {
  readonly part: string;
  readonly filename: string;
  readonly contentType: string;
  readonly content: Iterable<string>;
}

/** How one callback is sent. */
export interface Sending {
  readonly signal: AbortSignal;
  /** To this suite's SRO; others may be kept from private addresses. */
  readonly own: boolean;
  /** Of internal calls: tenant and key. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Whoever waits for a profile. Both resolve when the receiver answered 2xx. */
export interface Callbacks {
  deliver(
    url: string,
    files: readonly CallbackFile[],
    deliveryId: string,
    sending: Sending,
  ): Promise<void>;
  report(url: string, body: object, deliveryId: string, sending: Sending): Promise<void>;
}

/** Where a generated Prometheus configuration goes. */
export interface ConfigurationTarget {
  /** In words, for whoever must mend it. */
  readonly name: string;
  /** Resolves when it is in force; may be repeated. */
  apply(text: string, signal: AbortSignal): Promise<void>;
}
