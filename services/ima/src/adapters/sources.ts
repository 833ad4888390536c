import { readFileSync } from 'node:fs';
import type { MetricSource, SliceState } from '@slicecast/contracts';
import { AppError, createHttpClient, type HttpClientOptions } from '@slicecast/platform';
import { confinementOf, nameFilter } from '../domain/confinement.ts';
import type { ConfinedSource, Prometheus } from '../ports.ts';
import { createPrometheus } from './prometheus.ts';

/** The operator's metric sources, as a slice may use them. */
export interface Sources {
  /** AppError 422 `source-unknown` when the operator's file does not have it. */
  of(slice: Pick<SliceState, 'hosts' | 'sources'>, use: 'profile' | 'live'): ConfinedSource;
  /** Whether the slice's live samples are written by others. */
  isPushed(slice: Pick<SliceState, 'sources'>): boolean;
  /** Whether the operator's file has any such source. */
  readonly anyPushed: boolean;
}

const usualTimeoutMs = 30_000;

/** Opens every source once; throws when a file that one names cannot be read. */
export function createSources(definitions: readonly MetricSource[]): Sources {
  const known = new Map<string, { definition: MetricSource; prometheus: Prometheus }>(
    definitions.map((definition) => {
      const http = createHttpClient(clientOptions(definition));
      const prometheus = createPrometheus(http, definition.name);
      return [definition.name, { definition, prometheus }];
    }),
  );
  return {
    anyPushed: definitions.some(({ live }) => live === 'pushed'),
    isPushed: ({ sources }) => known.get(sources.live)?.definition.live === 'pushed',
    of(slice, use) {
      const name = slice.sources[use];
      const found = known.get(name);
      if (found === undefined) throw unknownSource(name, [...known.keys()]);
      const { definition, prometheus } = found;
      const seconds = definition.scrapeIntervalSeconds;
      return {
        name,
        prometheus,
        confinement: confinementOf(definition, slice.hosts),
        takesName: nameFilter(definition),
        scrapeIntervalMs: seconds === undefined ? undefined : Math.round(seconds * 1000),
        pushed: definition.live === 'pushed',
      };
    },
  };
}

function clientOptions(source: MetricSource): HttpClientOptions {
  const { bearerTokenFile, basicAuth, caFile, headers } = source;
  return {
    baseUrl: source.url,
    timeoutMs: source.timeoutMs ?? usualTimeoutMs,
    ...(headers === undefined ? {} : { headers }),
    ...(caFile === undefined ? {} : { ca: readText(source.name, caFile) }),
    ...(bearerTokenFile === undefined
      ? {}
      : { auth: { bearer: readText(source.name, bearerTokenFile).trim() } }),
    ...(basicAuth === undefined
      ? {}
      : {
          auth: {
            username: basicAuth.username,
            password: readText(source.name, basicAuth.passwordFile).trim(),
          },
        }),
  };
}

function readText(source: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError(`source ${source}: the file ${path} cannot be read`, {
      status: 500,
      code: 'source-file-unreadable',
      cause,
    });
  }
}

function unknownSource(name: string, known: readonly string[]): AppError {
  const there = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  return new AppError(`source ${name} is not in the operator's file; ${there}`, {
    status: 422,
    code: 'source-unknown',
  });
}
