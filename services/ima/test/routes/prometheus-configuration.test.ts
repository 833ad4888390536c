import type { Feature } from '@slicecast/contracts';
import { createMemoryLog } from '@slicecast/platform';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { ImaConfig, remoteWriteTarget } from '../../src/config.ts';
import { featureOf } from '../../src/domain/feature-rule.ts';
import { prometheusConfiguration } from '../../src/domain/prometheus-configuration.ts';
import { call } from '../fakes/calls.ts';
import { publish, slice, startTestIma } from '../fakes/start-test-ima.ts';

function feature(name: string, instance: string, job: string, more: object = {}): Feature {
  return featureOf({ __name__: name, instance, job, ...more }, 'raw', 1000);
}

test('the configuration ships the features of all trained flavors and nothing else, sorted', async () => {
  const log = createMemoryLog();
  const trained = [
    {
      flavorId: 1,
      modelId: 'm1',
      features: [
        feature('node_load1', '10.0.0.2:9100', 'node'),
        feature('node_disk_io_now', '10.0.0.1:9100', 'node', { device: 'sd.a' }),
      ],
    },
    {
      flavorId: 2,
      modelId: 'm2',
      features: [
        feature('node_load1', '10.0.0.2:9100', 'node'),
        feature('cassandra_reads', '10.0.0.1:7070', 'cassandra'),
      ],
    },
  ];
  await publish(log, { ...slice, trained });
  const ima = await startTestIma({ prometheusUrl: 'http://127.0.0.1:9', log });
  const answer = await call(`${ima.url}/api/v1/slices/1/prometheus`);
  await ima.service.stop();
  expect(answer.headers.get('content-type')).toMatch(/yaml/);
  expect(answer.text).toMatchInlineSnapshot(`
    "# Slice 1: features of the trained flavors 1, 2; in force: 1.
    global:
      scrape_interval: 1s
    scrape_configs:
      - job_name: cassandra
        static_configs:
          - targets:
              - 10.0.0.1:7070
        metric_relabel_configs:
          - source_labels:
              - __name__
            regex: cassandra_reads
            action: keep
          - source_labels:
              - __name__
              - instance
            regex: cassandra_reads;10\\.0\\.0\\.1:7070
            action: keep
      - job_name: node
        static_configs:
          - targets:
              - 10.0.0.1:9100
              - 10.0.0.2:9100
        metric_relabel_configs:
          - source_labels:
              - __name__
            regex: node_disk_io_now|node_load1
            action: keep
          - source_labels:
              - __name__
              - device
              - instance
            regex: node_disk_io_now;sd\\.a;10\\.0\\.0\\.1:9100|node_load1;;10\\.0\\.0\\.2:9100
            action: keep
    remote_write:
      - url: http://127.0.0.1:5000/receive
        write_relabel_configs:
          - source_labels:
              - __name__
              - device
              - instance
              - job
            regex: cassandra_reads;;10\\.0\\.0\\.1:7070;cassandra|node_disk_io_now;sd\\.a;10\\.0\\.0\\.1:9100;node|node_load1;;10\\.0\\.0\\.2:9100;node
            action: keep
          - regex: (.+)
            replacement: __further_$1
            action: labelmap
          - regex: __further_(__name__|device|instance|job)
            action: labeldrop
          - regex: __further_.+
            replacement: __further
            action: labelmap
          - source_labels:
              - __further
            regex: .+
            action: drop
        metadata_config:
          send: false
        queue_config:
          batch_send_deadline: 1s
    "
  `);
});

test.each([
  [
    'token',
    { IMA_RECEIVE_TOKEN: 'let-me-in-please' },
    { authorization: { credentials_file: '/etc/secret' } },
  ],
  [
    'password',
    { IMA_RECEIVE_USERNAME: 'prom', IMA_RECEIVE_PASSWORD: 'secret-words' },
    { basic_auth: { username: 'prom', password_file: '/etc/secret' } },
  ],
])(
  'the configuration names the file of the %s that the receiver asks for, never the secret',
  (_title, receive, expected) => {
    const config = Value.Parse(
      ImaConfig,
      Value.Default(ImaConfig, { ...receive, IMA_REMOTE_WRITE_SECRET_FILE: '/etc/secret' }),
    );
    const features = [feature('load', '10.0.0.1:9100', 'node')];
    const remoteWrite = remoteWriteTarget(config);
    const [written] = prometheusConfiguration(features, { stepMs: 1000, remoteWrite }).remote_write;
    expect(written).toMatchObject(expected);
    expect(JSON.stringify(written)).not.toMatch(/let-me-in|secret-words/);
  },
);

test('without features nothing is written, rather than everything', () => {
  const remoteWrite = { url: 'http://ima:5000/receive' };
  expect(prometheusConfiguration([], { stepMs: 1000, remoteWrite })).toMatchObject({
    scrape_configs: [],
    remote_write: [],
  });
});

test('an unknown slice has no configuration', async () => {
  const ima = await startTestIma({ prometheusUrl: 'http://127.0.0.1:9' });
  expect((await call(`${ima.url}/api/v1/slices/9/prometheus`)).status).toBe(404);
  await ima.service.stop();
});
