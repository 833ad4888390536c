import protobuf from 'protobufjs';
import { compressSync } from 'snappy';

export interface Written {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly { at: number; value: number }[];
}

/** The published schemas of Prometheus' remote write, as far as senders of samples use them. */
const schemas = protobuf.parse(
  `
syntax = "proto3";
message WriteRequest { repeated TimeSeries timeseries = 1; repeated MetricMetadata metadata = 3; }
message MetricMetadata { int32 type = 1; string metric_family_name = 2; string help = 4; string unit = 5; }
message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; repeated Exemplar exemplars = 3; }
message Exemplar { repeated Label labels = 1; double value = 2; int64 timestamp = 3; }
message Label { string name = 1; string value = 2; }
message Sample { double value = 1; int64 timestamp = 2; }
message Request { repeated string symbols = 4; repeated TimeSeries2 timeseries = 5; }
message TimeSeries2 { repeated uint32 labels_refs = 1; repeated Sample samples = 2; }
`,
  { keepCase: true },
).root;

const v1 = schemas.lookupType('WriteRequest');
const v2 = schemas.lookupType('Request');

/** A request of remote write 1.0, not yet compressed. */
export function encode1(series: readonly Written[], metadata: readonly object[] = []): Buffer {
  const timeseries = series.map(({ labels, samples }) => ({
    labels: sorted(labels).map(([name, value]) => ({ name, value })),
    samples: samples.map(({ at, value }) => ({ timestamp: at, value })),
    exemplars: [{ labels: [{ name: 'trace', value: 'x' }], value: 1, timestamp: 1 }],
  }));
  return Buffer.from(v1.encode(v1.fromObject({ timeseries, metadata })).finish());
}

/** The same of 2.0. */
export function encode2(series: readonly Written[]): Buffer {
  const symbols = [''];
  const refOf = (text: string) => {
    if (!symbols.includes(text)) symbols.push(text);
    return symbols.indexOf(text);
  };
  const timeseries = series.map(({ labels, samples }) => ({
    labels_refs: sorted(labels).flatMap(([name, value]) => [refOf(name), refOf(value)]),
    samples: samples.map(({ at, value }) => ({ timestamp: at, value })),
  }));
  return Buffer.from(v2.encode(v2.fromObject({ symbols, timeseries })).finish());
}

function sorted(labels: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}

export const headers1 = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
};
export const headers2 = {
  ...headers1,
  'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
  'x-prometheus-remote-write-version': '2.0.0',
};

export function write(
  url: string,
  body: Buffer,
  headers: Readonly<Record<string, string>> = headers1,
): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: new Uint8Array(compressSync(body)) });
}
